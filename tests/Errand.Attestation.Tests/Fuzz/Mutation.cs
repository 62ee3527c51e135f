using CsCheck;

namespace Errand.Attestation.Tests;

/// <summary>Inputs for parsers: samples with bytes flipped, cut out, doubled or overwritten, and noise.</summary>
internal static class Mutation
{
    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFE, 0xFF];

    /// <summary>How many inputs a fuzz test makes: ERRAND_FUZZ_ITERATIONS, else a number for everyday runs.</summary>
    public static int Iterations => int.TryParse(Environment.GetEnvironmentVariable("ERRAND_FUZZ_ITERATIONS"), out int count) && count > 0 ? count : 3000;

    public static Gen<byte[]> Of(IReadOnlyList<byte[]> samples)
    {
        Gen<byte[]> sample = Gen.Int[0, samples.Count - 1].Select(index => samples[index]);
        Gen<byte[]> mutated = Gen.Select(sample, Step.Array[1, 4]).Select((bytes, steps) => steps.Aggregate(bytes, (current, step) => Apply(current, step)));
        return Gen.Frequency((9, mutated), (1, Gen.Byte.Array[0, 300]));
    }

    private static Gen<(int Kind, uint Place, uint Length, byte Value)> Step => Gen.Select(Gen.Int[0, 5], Gen.UInt, Gen.UInt[1, 64], Gen.Byte);

    private static byte[] Apply(byte[] bytes, (int Kind, uint Place, uint Length, byte Value) step)
    {
        if (bytes.Length == 0) return [step.Value];
        // Half of all changes hit the first bytes, where heads and lengths are.
        int place = (int)(step.Place % 2 == 0 ? step.Place % (uint)bytes.Length : step.Place % (uint)Math.Min(bytes.Length, 96));
        int end = Math.Min(bytes.Length, place + (int)step.Length);
        byte[] copy = [.. bytes];
        switch (step.Kind)
        {
            case 0:
                copy[place] ^= (byte)(1 << (step.Value % 8));
                return copy;
            case 1:
                copy[place] = Interesting[step.Value % Interesting.Length];
                return copy;
            case 2:
                copy[place] = step.Value;
                return copy;
            case 3:
                return [.. bytes[..place], .. bytes[end..]];
            case 4:
                return [.. bytes[..end], .. bytes[place..]];
            default:
                return bytes[..place];
        }
    }
}
