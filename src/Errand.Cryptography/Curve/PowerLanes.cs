namespace Errand.Cryptography;

/// <summary>The powers of <see cref="FieldPowers"/> for eight elements at once.</summary>
internal static class PowerLanes
{
    /// <summary>Replaces each of up to eight tight elements by its (2^252 − 3)-th power.</summary>
    internal static void Power252Minus3(Span<FieldElement> elements)
    {
        Span<FieldElement> padded = stackalloc FieldElement[FieldLanes.Count];
        padded.Clear();
        elements.CopyTo(padded);
        FieldLanes.Load(padded, out FieldLanes a);
        Power252Minus3(a, out FieldLanes power);
        for (int i = 0; i < elements.Length; i++) elements[i] = power[i];
    }

    private static void Power252Minus3(in FieldLanes a, out FieldLanes power)
    {
        FieldLanes.Square(a, out FieldLanes power2);
        FieldLanes.SquareTimes(power2, 2, out FieldLanes power9);
        FieldLanes.Multiply(power9, a, out power9);
        FieldLanes.Multiply(power9, power2, out FieldLanes power11);
        FieldLanes.Square(power11, out FieldLanes ones5);
        FieldLanes.Multiply(ones5, power9, out ones5); // 2^5 − 1
        Extend(ones5, ones5, 5, out FieldLanes ones10);
        Extend(ones10, ones10, 10, out FieldLanes ones20);
        Extend(ones20, ones20, 20, out FieldLanes ones40);
        Extend(ones40, ones10, 10, out FieldLanes ones50);
        Extend(ones50, ones50, 50, out FieldLanes ones100);
        Extend(ones100, ones100, 100, out FieldLanes ones200);
        Extend(ones200, ones50, 50, out FieldLanes ones250);
        Extend(ones250, a, 2, out power);
    }

    // a^(2^times) · b.
    private static void Extend(in FieldLanes a, in FieldLanes b, int times, out FieldLanes product)
    {
        FieldLanes.SquareTimes(a, times, out FieldLanes high);
        FieldLanes.Multiply(high, b, out product);
    }
}
