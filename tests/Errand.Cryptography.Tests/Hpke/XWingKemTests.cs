namespace Errand.Cryptography.Tests;

/// <summary>
/// The three vectors of draft-connolly-cfrg-xwing-kem-08, appendix C. Public key and ciphertext are compared at both ends: the
/// secret depends on all of the key, and decapsulation on all of the ciphertext.
/// </summary>
public sealed class XWingKemTests
{
    public static TheoryData<string, string, string, string, string, string, string> Draft => new()
    {
        {
            "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
            "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
            "e2236b35a8c24b39b10aa1323a96a919", "eff389b27dce59844570216223593d4ba32d9abac8cd049040ef6534",
            "b83aa828d4d62b9a83ceffe1d3d3bb1e", "e6fb2e15",
            "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384"
        },
        {
            "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
            "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d",
            "0333285fa253661508c9fb444852caa4", "cbb48fd4c562a576549f85b528c953926d96ea8a160b8843f1c89c62",
            "c93beb22326705699bbc3d1d0aa6339b", "ea155b67",
            "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150"
        },
        {
            "ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9",
            "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b",
            "36244278824f77c621c660892c1c3886", "c1c013747dfee80fb35b5299f555dcc2b787ea4f6f16ffdf66952461",
            "0d2e38cbf17a2e2e4e0c87a94ca1e770", "61137334",
            "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f"
        },
    };

    [Theory]
    [MemberData(nameof(Draft))]
    public void A_vector_of_the_draft_is_reproduced(
        string seed, string randomness, string keyStart, string keyEnd, string encStart, string encEnd, string secret)
    {
        using var key = HpkePrivateKey.FromSeed(HpkeSuite.Default, Convert.FromHexString(seed));
        string publicKey = Convert.ToHexStringLower(key.PublicKey.Key);
        Assert.StartsWith(keyStart, publicKey, StringComparison.Ordinal);
        Assert.EndsWith(keyEnd, publicKey, StringComparison.Ordinal);

        var enc = new byte[XWingKem.EncSize];
        var shared = new byte[32];
        Assert.True(XWingKem.TryEncapsulate(key.PublicKey.Key, Convert.FromHexString(randomness), enc, shared));
        Assert.StartsWith(encStart, Convert.ToHexStringLower(enc), StringComparison.Ordinal);
        Assert.EndsWith(encEnd, Convert.ToHexStringLower(enc), StringComparison.Ordinal);
        Assert.Equal(secret, Convert.ToHexStringLower(shared));

        Array.Clear(shared);
        Assert.True(key.TryDecapsulate(enc, shared));
        Assert.Equal(secret, Convert.ToHexStringLower(shared));
    }

    [Fact]
    public void An_enc_with_an_X25519_point_of_small_order_is_refused()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        var enc = new byte[XWingKem.EncSize];
        var shared = new byte[32];
        Assert.True(XWingKem.TryEncapsulate(key.PublicKey.Key, new byte[64], enc, shared));
        enc.AsSpan(1088).Clear();
        Assert.False(key.TryDecapsulate(enc, shared));
    }

    [Fact]
    public void Another_ML_KEM_ciphertext_gives_another_secret()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        var enc = new byte[XWingKem.EncSize];
        var sent = new byte[32];
        var received = new byte[32];
        Assert.True(XWingKem.TryEncapsulate(key.PublicKey.Key, new byte[64], enc, sent));
        enc[100] ^= 1;
        Assert.True(key.TryDecapsulate(enc, received));
        Assert.NotEqual(sent, received);
    }
}
