using System.Globalization;
using System.Security.Cryptography;
using CsCheck;

namespace Errand.Primitives.Tests;

/// <summary>T-71's fuzzing: nothing throws, our verdict is the second decoder's, and what is accepted encodes to itself.</summary>
/// <remarks>ERRAND_FUZZ_ITERATIONS sets the number of inputs, ERRAND_FUZZ_SEED repeats a run; a failure prints seed and input.</remarks>
public sealed class CanonicalFuzzTests
{
    private const int IterationsDefault = 200_000;
    private const int SizeMax = 64;

    [Fact]
    public void T_71_cbor_edges_fuzzed_inputs_never_throw_and_accepted_ones_encode_to_themselves()
    {
        int iterations = Setting("ERRAND_FUZZ_ITERATIONS") ?? IterationsDefault;
        int seed = Setting("ERRAND_FUZZ_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        byte[][] corpus = Corpus();
        int accepted = 0;
        for (int i = 0; i < iterations; i++)
        {
            byte[] input = Next(random, corpus);
            try
            {
                bool canonical = CanonicalCbor.IsCanonical(input);
                Assert.True(Agrees(input, canonical), $"accepted: {canonical}");
                if (canonical) accepted++;
                ExerciseReaders(input);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"ERRAND_FUZZ_SEED={seed}, input {i}: {Convert.ToHexString(input)}", failure);
            }
        }
        // Inputs of both kinds, or the comparison says nothing.
        Assert.InRange(accepted, iterations / 50, iterations - iterations / 50);
    }

    private static bool Agrees(byte[] input, bool canonical) => SecondDecoder.Reencode(input) is { } again
        ? canonical == again.AsSpan().SequenceEqual(input)
        : !canonical;

    private static void ExerciseReaders(byte[] input)
    {
        var reader = new CanonicalReader(input);
        while (reader.TryReadItem(CanonicalCbor.DepthMax, out ReadOnlySpan<byte> item)) Assert.True(CanonicalCbor.IsCanonical(item));
        var fields = new FieldReader(input);
        for (int key = 0; key <= CanonicalCbor.KeyMax; key++)
        {
            switch (key % 7)
            {
                case 0:
                    fields.UInt(key);
                    break;
                case 1:
                    fields.Bytes(key, 0, SizeMax);
                    break;
                case 2:
                    fields.Text(key, SizeMax);
                    break;
                case 3:
                    fields.Bool(key);
                    break;
                case 4:
                    fields.Item(key);
                    break;
                case 5:
                    fields.Array(key, 4, static (ReadOnlySpan<byte> item, out int size) => (size = item.Length) > 0);
                    break;
                default:
                    fields.Bytes32(key);
                    break;
            }
        }
        fields.Close();
        CoseSign1.TryParse(input);
    }

    private static byte[] Next(Random random, byte[][] corpus)
    {
        switch (random.Next(4))
        {
            case 0:
                var bytes = new byte[random.Next(SizeMax)];
                random.NextBytes(bytes);
                return bytes;
            case 1:
                // Heads only: nests deeper and more often than random bytes do.
                byte[] heads = [0x00, 0x17, 0x18, 0x40, 0x41, 0x60, 0x61, 0x80, 0x81, 0x82, 0xA0, 0xA1, 0xA2, 0xF4, 0xF5, 0xF6];
                return [.. Enumerable.Range(0, random.Next(1, 24)).Select(_ => heads[random.Next(heads.Length)])];
            default:
                return Mutate(random, corpus[random.Next(corpus.Length)].ToArray());
        }
    }

    private static byte[] Mutate(Random random, byte[] item)
    {
        for (int changes = random.Next(3); changes > 0 && item.Length > 0; changes--)
        {
            int at = random.Next(item.Length);
            item = random.Next(4) switch
            {
                0 => [.. item.AsSpan(0, at), .. item.AsSpan(at + 1)],
                1 => [.. item.AsSpan(0, at), (byte)random.Next(256), .. item.AsSpan(at)],
                2 => [.. item.AsSpan(0, at), (byte)(item[at] ^ (1 << random.Next(8))), .. item.AsSpan(at + 1)],
                _ => [.. item.AsSpan(0, at), .. item.AsSpan(random.Next(at, item.Length))],
            };
        }
        return item;
    }

    private static byte[][] Corpus() => [.. CborItem.Any.Array[400].Single(items => true, "0000000000000").Select(Encode).Where(item => item.Length <= 400)];

    private static byte[] Encode(CborItem item)
    {
        var writer = new CanonicalWriter();
        item.WriteTo(writer);
        return writer.ToArray();
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
