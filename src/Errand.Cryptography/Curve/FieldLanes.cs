using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Errand.Cryptography;

/// <summary>
/// Eight integers modulo p = 2^255 − 19, one in each 64-bit lane of AVX-512 registers, in ten limbs of 26 and 25 bits in turn:
/// the products of two limbs fit a lane, and one instruction makes eight. For public values only.
/// </summary>
/// <remarks>
/// Bounds. Products, squares and carried values are "tight": limbs below 2^26 + 2^18 and 2^25 + 2^18. Operands of products may be
/// three times as large: nine products of such operands, two of them doubled on each side, are below 2^59, and 19 times that below 2^63. A subtrahend must be tight.
/// </remarks>
internal struct FieldLanes
{
    /// <summary>How many at once.</summary>
    internal const int Count = 8;

    /// <summary>Limbs of a number.</summary>
    internal const int LimbCount = 10;

    private const ulong EvenMask = (1ul << 26) - 1;
    private const ulong OddMask = (1ul << 25) - 1;

    private Vector512<ulong> _l0, _l1, _l2, _l3, _l4, _l5, _l6, _l7, _l8, _l9;

    internal static bool IsSupported => Avx512F.IsSupported;

    internal static FieldLanes Zero => default;

    internal static FieldLanes One => new() { _l0 = Vector512<ulong>.One };

    /// <summary>Takes one tight element for each lane.</summary>
    internal static void Load(ReadOnlySpan<FieldElement> elements, out FieldLanes lanes)
    {
        Span<ulong> even = stackalloc ulong[5 * Count];
        Span<ulong> odd = stackalloc ulong[5 * Count];
        for (int lane = 0; lane < Count; lane++)
        {
            for (int i = 0; i < 5; i++)
            {
                ulong limb = elements[lane].Limb(i);
                even[i * Count + lane] = limb & EvenMask;
                odd[i * Count + lane] = limb >> 26;
            }
        }
        lanes._l0 = Vector512.Create<ulong>(even);
        lanes._l1 = Vector512.Create<ulong>(odd);
        lanes._l2 = Vector512.Create<ulong>(even[8..]);
        lanes._l3 = Vector512.Create<ulong>(odd[8..]);
        lanes._l4 = Vector512.Create<ulong>(even[16..]);
        lanes._l5 = Vector512.Create<ulong>(odd[16..]);
        lanes._l6 = Vector512.Create<ulong>(even[24..]);
        lanes._l7 = Vector512.Create<ulong>(odd[24..]);
        lanes._l8 = Vector512.Create<ulong>(even[32..]);
        lanes._l9 = Vector512.Create<ulong>(odd[32..]);
    }

    /// <summary>The element of one lane; the lanes must be tight.</summary>
    internal readonly FieldElement this[int lane] => FieldElement.FromLimbs(
        _l0[lane] + (_l1[lane] << 26),
        _l2[lane] + (_l3[lane] << 26),
        _l4[lane] + (_l5[lane] << 26),
        _l6[lane] + (_l7[lane] << 26),
        _l8[lane] + (_l9[lane] << 26));

    /// <summary>The sum, not carried. The result may be an operand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add(in FieldLanes a, in FieldLanes b, out FieldLanes sum)
    {
        sum._l0 = a._l0 + b._l0;
        sum._l1 = a._l1 + b._l1;
        sum._l2 = a._l2 + b._l2;
        sum._l3 = a._l3 + b._l3;
        sum._l4 = a._l4 + b._l4;
        sum._l5 = a._l5 + b._l5;
        sum._l6 = a._l6 + b._l6;
        sum._l7 = a._l7 + b._l7;
        sum._l8 = a._l8 + b._l8;
        sum._l9 = a._l9 + b._l9;
    }

    /// <summary>The difference plus 2p, not carried; b must be tight. The result may be an operand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Subtract(in FieldLanes a, in FieldLanes b, out FieldLanes difference)
    {
        var bias0 = Vector512.Create(2 * (EvenMask - 18));
        var even = Vector512.Create(2 * EvenMask);
        var odd = Vector512.Create(2 * OddMask);
        difference._l0 = a._l0 + bias0 - b._l0;
        difference._l1 = a._l1 + odd - b._l1;
        difference._l2 = a._l2 + even - b._l2;
        difference._l3 = a._l3 + odd - b._l3;
        difference._l4 = a._l4 + even - b._l4;
        difference._l5 = a._l5 + odd - b._l5;
        difference._l6 = a._l6 + even - b._l6;
        difference._l7 = a._l7 + odd - b._l7;
        difference._l8 = a._l8 + even - b._l8;
        difference._l9 = a._l9 + odd - b._l9;
    }

    /// <summary>Makes limbs below 2^40 tight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Carry()
    {
        var even = Vector512.Create(EvenMask);
        var odd = Vector512.Create(OddMask);
        Vector512<ulong> c0 = _l0 >>> 26;
        Vector512<ulong> c1 = _l1 >>> 25;
        Vector512<ulong> c2 = _l2 >>> 26;
        Vector512<ulong> c3 = _l3 >>> 25;
        Vector512<ulong> c4 = _l4 >>> 26;
        Vector512<ulong> c5 = _l5 >>> 25;
        Vector512<ulong> c6 = _l6 >>> 26;
        Vector512<ulong> c7 = _l7 >>> 25;
        Vector512<ulong> c8 = _l8 >>> 26;
        Vector512<ulong> c9 = _l9 >>> 25;
        _l0 = (_l0 & even) + TimesNineteen(c9);
        _l1 = (_l1 & odd) + c0;
        _l2 = (_l2 & even) + c1;
        _l3 = (_l3 & odd) + c2;
        _l4 = (_l4 & even) + c3;
        _l5 = (_l5 & odd) + c4;
        _l6 = (_l6 & even) + c5;
        _l7 = (_l7 & odd) + c6;
        _l8 = (_l8 & even) + c7;
        _l9 = (_l9 & odd) + c8;
    }

    /// <summary>The products, tight. The result may be an operand.</summary>
    internal static void Multiply(in FieldLanes a, in FieldLanes b, out FieldLanes product)
    {
        unchecked
        {
            Vector512<ulong> a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3, a4 = a._l4;
            Vector512<ulong> a5 = a._l5, a6 = a._l6, a7 = a._l7, a8 = a._l8, a9 = a._l9;
            Vector512<ulong> b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3, b4 = b._l4;
            Vector512<ulong> b5 = b._l5, b6 = b._l6, b7 = b._l7, b8 = b._l8, b9 = b._l9;
            // A product of two odd limbs has half a bit more on each side; columns above the tenth come back multiplied by 19. Doubling and
            // multiplying the sums, not the operands, keeps all of it in registers: what is spilled is not aligned, and slow.
            Vector512<ulong> c0 = TimesNineteen(Product(a2, b8) + Product(a4, b6) + Product(a6, b4) + Product(a8, b2) + Twice(Product(a1, b9) + Product(a3, b7) + Product(a5, b5) + Product(a7, b3) + Product(a9, b1)))
                + Product(a0, b0);
            Vector512<ulong> c1 = TimesNineteen(Product(a2, b9) + Product(a3, b8) + Product(a4, b7) + Product(a5, b6) + Product(a6, b5) + Product(a7, b4) + Product(a8, b3) + Product(a9, b2))
                + Product(a0, b1) + Product(a1, b0);
            Vector512<ulong> c2 = TimesNineteen(Product(a4, b8) + Product(a6, b6) + Product(a8, b4) + Twice(Product(a3, b9) + Product(a5, b7) + Product(a7, b5) + Product(a9, b3)))
                + Product(a0, b2) + Product(a2, b0) + Twice(Product(a1, b1));
            Vector512<ulong> c3 = TimesNineteen(Product(a4, b9) + Product(a5, b8) + Product(a6, b7) + Product(a7, b6) + Product(a8, b5) + Product(a9, b4))
                + Product(a0, b3) + Product(a1, b2) + Product(a2, b1) + Product(a3, b0);
            Vector512<ulong> c4 = TimesNineteen(Product(a6, b8) + Product(a8, b6) + Twice(Product(a5, b9) + Product(a7, b7) + Product(a9, b5)))
                + Product(a0, b4) + Product(a2, b2) + Product(a4, b0) + Twice(Product(a1, b3) + Product(a3, b1));
            Vector512<ulong> c5 = TimesNineteen(Product(a6, b9) + Product(a7, b8) + Product(a8, b7) + Product(a9, b6))
                + Product(a0, b5) + Product(a1, b4) + Product(a2, b3) + Product(a3, b2) + Product(a4, b1) + Product(a5, b0);
            Vector512<ulong> c6 = TimesNineteen(Product(a8, b8) + Twice(Product(a7, b9) + Product(a9, b7)))
                + Product(a0, b6) + Product(a2, b4) + Product(a4, b2) + Product(a6, b0) + Twice(Product(a1, b5) + Product(a3, b3) + Product(a5, b1));
            Vector512<ulong> c7 = TimesNineteen(Product(a8, b9) + Product(a9, b8))
                + Product(a0, b7) + Product(a1, b6) + Product(a2, b5) + Product(a3, b4) + Product(a4, b3) + Product(a5, b2) + Product(a6, b1) + Product(a7, b0);
            Vector512<ulong> c8 = TimesNineteen(Twice(Product(a9, b9)))
                + Product(a0, b8) + Product(a2, b6) + Product(a4, b4) + Product(a6, b2) + Product(a8, b0) + Twice(Product(a1, b7) + Product(a3, b5) + Product(a5, b3) + Product(a7, b1));
            Vector512<ulong> c9 = Product(a0, b9) + Product(a1, b8) + Product(a2, b7) + Product(a3, b6) + Product(a4, b5) + Product(a5, b4) + Product(a6, b3) + Product(a7, b2) + Product(a8, b1) + Product(a9, b0);
            Reduce(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, out product);
        }
    }

    /// <summary>The squares, tight. The result may be the operand.</summary>
    internal static void Square(in FieldLanes a, out FieldLanes square)
    {
        unchecked
        {
            Vector512<ulong> a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3, a4 = a._l4;
            Vector512<ulong> a5 = a._l5, a6 = a._l6, a7 = a._l7, a8 = a._l8, a9 = a._l9;
            Vector512<ulong> a0x2 = a0 + a0, a1x2 = a1 + a1, a2x2 = a2 + a2, a3x2 = a3 + a3, a4x2 = a4 + a4, a5x2 = a5 + a5, a6x2 = a6 + a6, a7x2 = a7 + a7, a8x2 = a8 + a8, a9x2 = a9 + a9;
            Vector512<ulong> a5x19 = TimesNineteen(a5), a6x19 = TimesNineteen(a6), a7x19 = TimesNineteen(a7), a8x19 = TimesNineteen(a8), a9x19 = TimesNineteen(a9);
            Vector512<ulong> a5x38 = a5x19 + a5x19, a7x38 = a7x19 + a7x19, a9x38 = a9x19 + a9x19;
            Vector512<ulong> c0 = Product(a0, a0) + Product(a1x2, a9x38) + Product(a2x2, a8x19) + Product(a3x2, a7x38) + Product(a4x2, a6x19) + Product(a5x2, a5x19);
            Vector512<ulong> c1 = Product(a0x2, a1) + Product(a2x2, a9x19) + Product(a3x2, a8x19) + Product(a4x2, a7x19) + Product(a5x2, a6x19);
            Vector512<ulong> c2 = Product(a0x2, a2) + Product(a1x2, a1) + Product(a3x2, a9x38) + Product(a4x2, a8x19) + Product(a5x2, a7x38) + Product(a6, a6x19);
            Vector512<ulong> c3 = Product(a0x2, a3) + Product(a1x2, a2) + Product(a4x2, a9x19) + Product(a5x2, a8x19) + Product(a6x2, a7x19);
            Vector512<ulong> c4 = Product(a0x2, a4) + Product(a1x2, a3x2) + Product(a2, a2) + Product(a5x2, a9x38) + Product(a6x2, a8x19) + Product(a7x2, a7x19);
            Vector512<ulong> c5 = Product(a0x2, a5) + Product(a1x2, a4) + Product(a2x2, a3) + Product(a6x2, a9x19) + Product(a7x2, a8x19);
            Vector512<ulong> c6 = Product(a0x2, a6) + Product(a1x2, a5x2) + Product(a2x2, a4) + Product(a3x2, a3) + Product(a7x2, a9x38) + Product(a8, a8x19);
            Vector512<ulong> c7 = Product(a0x2, a7) + Product(a1x2, a6) + Product(a2x2, a5) + Product(a3x2, a4) + Product(a8x2, a9x19);
            Vector512<ulong> c8 = Product(a0x2, a8) + Product(a1x2, a7x2) + Product(a2x2, a6) + Product(a3x2, a5x2) + Product(a4, a4) + Product(a9x2, a9x19);
            Vector512<ulong> c9 = Product(a0x2, a9) + Product(a1x2, a8) + Product(a2x2, a7) + Product(a3x2, a6) + Product(a4x2, a5);
            Reduce(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, out square);
        }
    }

    /// <summary>2^times-th powers.</summary>
    internal static void SquareTimes(in FieldLanes a, int times, out FieldLanes power)
    {
        power = a;
        for (; times > 0; times--) Square(power, out power);
    }

    /// <summary>Writes the ten limbs of one tight element.</summary>
    internal static void WriteLimbs(in FieldElement element, Span<ulong> limbs)
    {
        for (int i = 0; i < LimbCount / 2; i++)
        {
            ulong limb = element.Limb(i);
            limbs[2 * i] = limb & EvenMask;
            limbs[2 * i + 1] = limb >> 26;
        }
    }

    /// <summary>Negates a point prepared for being added where the mask is set: y + x and y − x change places, t becomes 2p − t. All must be tight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void NegateWhere(Vector512<ulong> mask, ref FieldLanes plus, ref FieldLanes minus, ref FieldLanes t)
    {
        Subtract(Zero, t, out FieldLanes minusT);
        Select(mask, minusT, ref t);
        FieldLanes kept = plus;
        Select(mask, minus, ref plus);
        Select(mask, kept, ref minus);
    }

    // In each lane b where the mask is set, else a.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Select(Vector512<ulong> mask, in FieldLanes b, ref FieldLanes a)
    {
        a._l0 = Vector512.ConditionalSelect(mask, b._l0, a._l0);
        a._l1 = Vector512.ConditionalSelect(mask, b._l1, a._l1);
        a._l2 = Vector512.ConditionalSelect(mask, b._l2, a._l2);
        a._l3 = Vector512.ConditionalSelect(mask, b._l3, a._l3);
        a._l4 = Vector512.ConditionalSelect(mask, b._l4, a._l4);
        a._l5 = Vector512.ConditionalSelect(mask, b._l5, a._l5);
        a._l6 = Vector512.ConditionalSelect(mask, b._l6, a._l6);
        a._l7 = Vector512.ConditionalSelect(mask, b._l7, a._l7);
        a._l8 = Vector512.ConditionalSelect(mask, b._l8, a._l8);
        a._l9 = Vector512.ConditionalSelect(mask, b._l9, a._l9);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.Multiply(a.AsUInt32(), b.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Twice(Vector512<ulong> a) => a + a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> TimesNineteen(Vector512<ulong> a) => (a << 4) + (a << 1) + a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduce(
        Vector512<ulong> c0, Vector512<ulong> c1, Vector512<ulong> c2, Vector512<ulong> c3, Vector512<ulong> c4,
        Vector512<ulong> c5, Vector512<ulong> c6, Vector512<ulong> c7, Vector512<ulong> c8, Vector512<ulong> c9, out FieldLanes result)
    {
        var even = Vector512.Create(EvenMask);
        var odd = Vector512.Create(OddMask);
        // Two chains at once, 0 … 4 and 5 … 9; then what leaves the top comes back at the bottom times 19.
        c1 += c0 >>> 26; c0 &= even; c6 += c5 >>> 25; c5 &= odd;
        c2 += c1 >>> 25; c1 &= odd; c7 += c6 >>> 26; c6 &= even;
        c3 += c2 >>> 26; c2 &= even; c8 += c7 >>> 25; c7 &= odd;
        c4 += c3 >>> 25; c3 &= odd; c9 += c8 >>> 26; c8 &= even;
        c5 += c4 >>> 26; c4 &= even; c0 += TimesNineteen(c9 >>> 25); c9 &= odd;
        c6 += c5 >>> 25; c5 &= odd; c1 += c0 >>> 26; c0 &= even;
        result._l0 = c0;
        result._l1 = c1;
        result._l2 = c2;
        result._l3 = c3;
        result._l4 = c4;
        result._l5 = c5;
        result._l6 = c6;
        result._l7 = c7;
        result._l8 = c8;
        result._l9 = c9;
    }
}
