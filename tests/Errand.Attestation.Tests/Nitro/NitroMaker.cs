using System.Security.Cryptography;

namespace Errand.Attestation.Tests;

/// <summary>Makes attestation documents that are right but for what a test changes, signed after the change.</summary>
internal sealed class NitroMaker
{
    private static readonly byte[] Header = [0xA1, 0x01, 0x38, 0x22];

    public const string ModuleId = "i-0827e799ec9232d44-enc019b55a68bd2ed4b";

    public static byte[] Nonce { get; } = SHA256.HashData("nonce"u8);

    public static byte[] UserData { get; } = SHA256.HashData("user data"u8);

    public static byte[] PublicKey { get; } = SHA512.HashData("public key"u8);

    public static DateTimeOffset Timestamp { get; } = NitroPki.Now.AddMinutes(-1);

    /// <summary>Members of the payload in order, by name; the value is encoded.</summary>
    public List<(string Name, byte[] Value)> Members { get; } =
    [
        ("module_id", CborMaker.Text(ModuleId)),
        ("digest", CborMaker.Text("SHA384")),
        ("timestamp", CborMaker.UInt((ulong)Timestamp.ToUnixTimeMilliseconds())),
        ("pcrs", Pcrs(Enumerable.Range(0, 16).Select(index => (index, Pcr(index))))),
        ("certificate", CborMaker.Bytes(NitroPki.Chain[^1])),
        ("cabundle", Bundle(NitroPki.Chain)),
        ("public_key", CborMaker.Bytes(PublicKey)),
        ("user_data", CborMaker.Bytes(UserData)),
        ("nonce", CborMaker.Bytes(Nonce)),
    ];

    public bool Tagged { get; init; }

    public bool Indefinite { get; init; }

    public byte[] Protected { get; init; } = Header;

    public byte[] Unprotected { get; init; } = [0xA0];

    public ECDsa Key { get; init; } = NitroPki.SigningKey;

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA384;

    /// <summary>PCR n is n + 1 in every byte; 3 and 5 to 15 are zero, as in real documents.</summary>
    public static byte[] Pcr(int index) => index is 0 or 1 or 2 or 4 ? [.. Enumerable.Repeat((byte)(index + 1), 48)] : new byte[48];

    public static byte[] Pcrs(IEnumerable<(int Index, byte[] Value)> pcrs) => CborMaker.Map([.. pcrs.Select(pcr => (CborMaker.UInt((ulong)pcr.Index), CborMaker.Bytes(pcr.Value)))]);

    public static byte[] Bundle(IEnumerable<byte[]> chain) => CborMaker.Array([.. chain.SkipLast(1).Select(certificate => CborMaker.Bytes(certificate))]);

    /// <summary>A document with one member's encoded value replaced.</summary>
    public static byte[] With(string name, byte[] value)
    {
        var maker = new NitroMaker();
        maker.Set(name, value);
        return maker.Make();
    }

    /// <summary>A document signed under another chain.</summary>
    public static byte[] Under(IReadOnlyList<byte[]> chain)
    {
        var maker = new NitroMaker();
        maker.Set("certificate", CborMaker.Bytes(chain[^1]));
        maker.Set("cabundle", Bundle(chain));
        return maker.Make();
    }

    public void Set(string name, byte[] value) => Members[Members.FindIndex(member => member.Name == name)] = (name, value);

    public byte[] Payload()
    {
        (byte[], byte[])[] pairs = [.. Members.Select(member => (CborMaker.Text(member.Name), member.Value))];
        return Indefinite ? CborMaker.IndefiniteMap(pairs) : CborMaker.Map(pairs);
    }

    public byte[] Make()
    {
        byte[] payload = Payload();
        byte[] signed = CborMaker.Array(CborMaker.Text("Signature1"), CborMaker.Bytes(Protected), CborMaker.Bytes([]), CborMaker.Bytes(payload));
        byte[] signature = Key.SignData(signed, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        byte[] document = CborMaker.Array(CborMaker.Bytes(Protected), Unprotected, CborMaker.Bytes(payload), CborMaker.Bytes(signature));
        return Tagged ? [0xD2, .. document] : document;
    }
}
