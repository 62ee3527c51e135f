using System.Text;
using CsCheck;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class DeterminismTests
{
    private static SandboxOutcome Cheat(byte key) =>
        Wat.Run(Samples.Module("cheat"), Wat.Limits with { Fuel = 500_000_000 }, [new SandboxFile("table", new byte[10])], TaskFixture.Seed(key))!;

    [Fact]
    public void Same_inputs_give_the_same_bytes_and_the_same_fuel()
    {
        SandboxOutcome first = Cheat(1), second = Cheat(1);
        Assert.Equal(OutcomeCode.Ok, first.Code);
        Assert.Equal(first.FuelUsed, second.FuelUsed);
        Assert.Equal(first.Log.ToArray(), second.Log.ToArray());
        Assert.Equal(first.Files.Select(file => file.Name), second.Files.Select(file => file.Name));
        Assert.All(first.Files.Zip(second.Files), pair => Assert.Equal(pair.First.Content.ToArray(), pair.Second.Content.ToArray()));
    }

    [Fact]
    public void Randomness_depends_on_the_key_alone()
    {
        string Random(byte key) => Encoding.UTF8.GetString(Cheat(key).Files[0].Content.Span).Split('\n').Single(line => line.StartsWith("random: ", StringComparison.Ordinal));
        Assert.Equal(Random(1), Random(1));
        Assert.NotEqual(Random(1), Random(2));
    }

    [Fact]
    public void Random_stream_is_AES_256_CTR_and_does_not_depend_on_how_it_is_read() =>
        Gen.Int[0, 300].Array[1, 30].Sample(sizes =>
        {
            byte[] key = TaskFixture.Seed(7);
            using var whole = new DeterministicRandom(key);
            using var parts = new DeterministicRandom(key);
            var expected = new byte[sizes.Sum()];
            whole.Fill(expected);
            byte[] actual = [.. sizes.SelectMany(size => { var part = new byte[size]; parts.Fill(part); return part; })];
            return actual.AsSpan().SequenceEqual(expected);
        }, iter: 200);

    [Fact]
    public void Random_stream_begins_with_the_known_answer()
    {
        // AES-256 with a zero key: E(0) from the AESAVS key tables (GFSbox and VarTxt share this first block), E(1) follows by counter.
        using var random = new DeterministicRandom(new byte[32]);
        var stream = new byte[32];
        random.Fill(stream);
        Assert.Equal("dc95c078a2408989ad48a21492842087530f8afbc74536b9a963b4f1c4cb738b", Convert.ToHexStringLower(stream));
    }

    [Theory]
    [InlineData("f32", "(i32.reinterpret_f32 (f32.add (f32.reinterpret_i32 (i32.const 0x7fa12345)) (f32.const 1)))", 0x7fc00000u)]
    [InlineData("negative f32", "(i32.reinterpret_f32 (f32.mul (f32.reinterpret_i32 (i32.const 0xffc54321)) (f32.const 1)))", 0x7fc00000u)]
    [InlineData("0/0", "(i32.reinterpret_f32 (f32.div (f32.const 0) (f32.const 0)))", 0x7fc00000u)]
    [InlineData("f64, high half", "(i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (f64.sub (f64.reinterpret_i64 (i64.const 0x7ff0123456789abc)) (f64.const 1))) (i64.const 32)))", 0x7ff80000u)]
    [InlineData("f64, low half", "(i32.wrap_i64 (i64.reinterpret_f64 (f64.sub (f64.reinterpret_i64 (i64.const 0x7ff0123456789abc)) (f64.const 1))))", 0u)]
    [InlineData("vector", "(i32x4.extract_lane 2 (f32x4.add (v128.const i32x4 0 0 0x7fa12345 0) (v128.const i32x4 0 0 0 0)))", 0x7fc00000u)]
    public void T_99_nan_payloads_are_canonical(string what, string expression, uint bits)
    {
        _ = what;
        Assert.Equal(OutcomeCode.Ok, Wat.Run(Wat.Module($"(if (i32.ne {expression} (i32.const {bits})) (then unreachable))"))!.Code);
    }
}
