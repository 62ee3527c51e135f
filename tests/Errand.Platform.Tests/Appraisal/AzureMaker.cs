using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>
/// Makes evidence of a confidential VM under a development vendor: runtime claims, a development SEV-SNP report bound to them, and a quote of an
/// RSA key. Each step can be changed.
/// </summary>
internal sealed class AzureMaker
{
    private static readonly RSA AttestationKey = RSA.Create(2048);

    public static byte[] Nonce { get; } = SHA256.HashData("nonce"u8);

    public static byte[] UserData { get; } = SHA512.HashData("user data"u8);

    public static Guid VmId { get; } = new("26F8BC30-774E-4290-8E7A-535F3B672AEE");

    public static PcrBank Pcrs { get; } = new(TpmAlgorithm.Sha256, Enumerable.Range(0, 24).Select(index => KeyValuePair.Create(index, Pcr(index))));

    public Func<DevelopmentTeeOptions, DevelopmentTeeOptions> Tee { get; init; } = options => options;

    public RSA ClaimedKey { get; init; } = AttestationKey;

    public RSA SigningKey { get; init; } = AttestationKey;

    public RSASignaturePadding Padding { get; init; } = RSASignaturePadding.Pkcs1;

    public HashAlgorithmName SignatureHash { get; init; } = HashAlgorithmName.SHA256;

    public string Configuration { get; init; } = $$"""{"console-enabled":true,"secure-boot":true,"tpm-enabled":true,"vmUniqueId":"{{VmId.ToString("D").ToUpperInvariant()}}"}""";

    public int HashType { get; init; } = 1;

    public IReadOnlyList<PcrSelection> Selections { get; init; } = [new PcrSelection(TpmAlgorithm.Sha256, new PcrSet(0xFF_FFFF))];

    /// <summary>What the hardware report is bound to; the claims' hash when null.</summary>
    public byte[]? ReportData { get; init; }

    /// <summary>Changes the claims after the hardware report was made over them.</summary>
    public Func<string, string> Alter { get; init; } = claims => claims;

    public static ReadOnlyMemory<byte> Pcr(int index) => Enumerable.Repeat((byte)(index + 1), 32).ToArray();

    public AzureVtpmEvidence Make()
    {
        string claims = $$"""{"keys":[{{Jwk("HCLAkPub", "sign", ClaimedKey)}},{{Jwk("HCLEkPub", "encrypt", AttestationKey)}}],"vm-configuration":{{Configuration}},"user-data":"{{Convert.ToHexStringLower(UserData)}}"}""";
        using var tee = new DevelopmentTee(Vendors.Genoa, Tee(Vendors.TeeOptions));
        TeeEvidence snp = tee.Report(ReportData ?? Hash(claims));
        byte[] quote = TpmsAttest.Encode(new byte[34], Nonce, new TpmClockInfo(1, 2, 3, true), 4, Selections, SHA256.HashData(Selections.SelectMany(selection => Pcrs.Concatenate(selection.Pcrs)).ToArray()));
        return new AzureVtpmEvidence
        {
            HclReport = Report(snp.Report.Span, Encoding.UTF8.GetBytes(Alter(claims))),
            Endorsement = new AzureEndorsement.SevSnp(snp.Certificates),
            Quote = quote,
            Signature = SigningKey.SignData(quote, SignatureHash, Padding),
            Pcrs = [Pcrs],
        };
    }

    private byte[] Hash(string claims)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(claims);
        byte[] hash = HashType switch { 1 => SHA256.HashData(bytes), 2 => SHA384.HashData(bytes), _ => SHA512.HashData(bytes) };
        return [.. hash, .. new byte[64 - hash.Length]];
    }

    private byte[] Report(ReadOnlySpan<byte> hardwareReport, byte[] claims)
    {
        var report = new byte[2600];
        "HCLA"u8.CopyTo(report);
        hardwareReport.CopyTo(report.AsSpan(32));
        claims.CopyTo(report, 1236);
        foreach ((int offset, int value) in new[] { (4, 2), (8, 1236 + claims.Length), (12, 2), (1216, 20 + claims.Length), (1220, 1), (1224, 2), (1228, HashType), (1232, claims.Length) })
            BinaryPrimitives.WriteInt32LittleEndian(report.AsSpan(offset), value);
        return report;
    }

    private static string Jwk(string kid, string operation, RSA key)
    {
        RSAParameters parameters = key.ExportParameters(false);
        return $$"""{"kid":"{{kid}}","key_ops":["{{operation}}"],"kty":"RSA","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}"}""";
    }
}
