using System.Text;
using System.Text.Json;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class Ed25519Tests
{
    // The published table for a strict cofactorless verifier: every flag refuses but a low-order component that cancels out.
    private static readonly string[] FlagsAccepted = ["low_order_component_A", "low_order_component_R"];

    [Fact]
    public void T_70_ed25519_edges_equal_the_reference_table()
    {
        var differing = new List<int>();
        int accepted = 0, count = 0;
        foreach (JsonElement vector in VectorFile.Read("wycheproof", "cctv-ed25519-edge-cases").EnumerateArray())
        {
            bool expected = vector.Flags().All(FlagsAccepted.Contains);
            var key = new PublicKey(new Bytes32(vector.Hex("key")));
            bool actual = Ed25519.Verify(key, Encoding.UTF8.GetBytes(vector.Text("msg")), vector.Hex("sig"));
            if (actual != expected) differing.Add(vector.Number("number"));
            if (actual) accepted++;
            count++;
        }

        Assert.Empty(differing);
        Assert.Equal(914, count);
        Assert.Equal(43, accepted);
    }

    [Fact]
    public void T_70_ed25519_edges_wycheproof_results_are_equal() =>
        WycheproofFile.Run("ed25519", (group, test) =>
            Ed25519.Verify(new PublicKey(new Bytes32(group.GetProperty("publicKey").Hex("pk"))), test.Hex("msg"), test.Hex("sig")));

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_signature_of_another_length_is_refused(int length)
    {
        using var key = SigningKey.Generate();
        Assert.False(Ed25519.Verify(key.PublicKey, "message"u8, new byte[length]));
    }

    [Fact]
    public void Verification_on_many_threads_gives_the_same_answers()
    {
        using var key = SigningKey.Generate();
        var signature = new byte[Ed25519.SignatureSize];
        key.Sign("message"u8, signature);
        int wrong = 0;
        Parallel.For(0, 2_000, i =>
        {
            bool expected = i % 3 != 0;
            var copy = signature.ToArray();
            if (!expected) copy[i % copy.Length] ^= 1;
            if (Ed25519.Verify(key.PublicKey, "message"u8, copy) != expected) Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
    }
}
