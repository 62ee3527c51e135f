using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of SEV-SNP reports: verification under the vendor's roots. Policy is not theirs to test.</summary>
internal static class SnpVectors
{
    private static readonly (string Name, string Oid)[] Levels =
    [
        ("structVersion", "1.1"), ("blSPL", "1.3.1"), ("teeSPL", "1.3.2"), ("snpSPL", "1.3.3"), ("3.4", "1.3.4"), ("3.5", "1.3.5"), ("3.6", "1.3.6"), ("3.7", "1.3.7"),
        ("ucodeSPL", "1.3.8"), ("fmcSPL", "1.3.9"),
    ];

    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        byte[] report = vector.Find("snp-report") ?? throw new InvalidDataException("The case has no report.");
        byte[] leaf = vector.Find("endorsement-key-certificate") ?? throw new InvalidDataException("The case has no endorsement key certificate.");
        byte[] chain = vector.Find("ask-ark-chain") ?? vector.Find("asvk-ark-chain") ?? throw new InvalidDataException("The case has no certificate chain.");
        DateTimeOffset now = vector.VerifyAt ?? throw new InvalidDataException("The case has no time.");
        SnpVerification verification = SnpVerifier.Verify(report, [leaf, .. ReadPem(chain)], TrustedRoots.Vendors, now);

        var values = new JsonObject
        {
            ["alsoFails"] = new JsonArray([.. verification.Result.Checks.Where(check => check.Outcome == CheckOutcome.Failed)
                .Select(check => check.Reason).Distinct().Skip(1).Select(reason => (JsonNode)reason.ToCode())]),
        };
        if (verification.Report is not { } verified) return (verification.Result, values);
        values["product"] = verified.ProductLine.ToString();
        values["report"] = Describe(verified);
        values["endorsementKeyCertificate"] = Describe(Certificate.TryParse(leaf)!);
        return (verification.Result, values);
    }

    internal static List<ReadOnlyMemory<byte>> ReadPem(byte[] text)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        ReadOnlySpan<char> rest = Encoding.ASCII.GetString(text);
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            certificates.Add(Convert.FromBase64String(new string(rest[fields.Base64Data])));
            rest = rest[fields.Location.End..];
        }
        return certificates;
    }

    internal static JsonObject Describe(VerifiedSnpReport verified)
    {
        SnpReport report = verified.Report;
        var described = new JsonObject
        {
            ["version"] = report.Version,
            ["guest_svn"] = report.GuestSvn,
            ["policy"] = $"0x{report.Policy.Bits:x}",
            ["family_id"] = Hex(report.FamilyId),
            ["image_id"] = Hex(report.ImageId),
            ["vmpl"] = report.Vmpl,
            ["sig_algo"] = 1, // a report with another one does not parse
            ["current_tcb"] = Describe(verified.CurrentTcb, report.CurrentTcb, verified.ProductLine),
            ["platform_info"] = $"0x{report.PlatformInfo:x}",
            ["author_key_en"] = report.HasAuthorKey ? 1 : 0,
            ["mask_chip_key"] = report.MasksChipKey ? 1 : 0,
            ["signing_key"] = report.SigningKey == SnpSigningKey.Vcek ? "VCEK" : "VLEK",
            ["report_data"] = Hex(report.ReportData),
            ["measurement"] = Hex(report.Measurement),
            ["host_data"] = Hex(report.HostData),
            ["id_key_digest"] = Hex(report.IdKeyDigest),
            ["author_key_digest"] = Hex(report.AuthorKeyDigest),
            ["report_id"] = Hex(report.ReportId),
            ["report_id_ma"] = Hex(report.ReportIdMigrationAgent),
            ["reported_tcb"] = Describe(verified.ReportedTcb, report.ReportedTcb, verified.ProductLine),
            ["chip_id"] = Hex(report.ChipId),
            ["committed_tcb"] = Describe(verified.CommittedTcb, report.CommittedTcb, verified.ProductLine),
            ["current_fw"] = Describe(report.CurrentFirmware),
            ["committed_fw"] = Describe(report.CommittedFirmware),
            ["launch_tcb"] = Describe(verified.LaunchTcb, report.LaunchTcb, verified.ProductLine),
        };
        if (report.Cpuid is { } cpuid) described["cpuid"] = new JsonObject { ["family"] = $"0x{cpuid.Family:x}", ["model"] = $"0x{cpuid.Model:x}", ["stepping"] = (int)cpuid.Stepping };
        if (report.LaunchMitigations is { } launch) described["launch_mit_vector"] = $"0x{launch:x}";
        if (report.CurrentMitigations is { } current) described["current_mit_vector"] = $"0x{current:x}";
        return described;
    }

    private static JsonObject Describe(SnpTcb tcb, ReadOnlyMemory<byte> raw, SnpProductLine line)
    {
        var described = new JsonObject { ["bootloader"] = (int)tcb.BootLoader, ["tee"] = (int)tcb.Tee, ["snp"] = (int)tcb.Snp, ["microcode"] = (int)tcb.Microcode, ["raw"] = Hex(raw) };
        if (line == SnpProductLine.Turin) described["fmc"] = (int)tcb.Fmc;
        return described;
    }

    private static string Describe((byte Major, byte Minor, byte Build) version) => $"{version.Major}.{version.Minor}.{version.Build}";

    private static JsonObject Describe(Certificate certificate)
    {
        const string Amd = "1.3.6.1.4.1.3704.";
        var extensions = new JsonObject();
        foreach ((string name, string oid) in Levels)
            if (certificate.Extension(Amd + oid) is { } level) extensions[name] = (int)new AsnReader(level.Value, AsnEncodingRules.DER).ReadInteger();
        if (certificate.Extension(Amd + "1.2") is { } product) extensions["productName"] = new AsnReader(product.Value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String);
        if (certificate.Extension(Amd + "1.4") is { } chip) extensions["hwID"] = Hex(chip.Value);
        if (certificate.Extension(Amd + "1.5") is { } provider) extensions["cspID"] = new AsnReader(provider.Value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String);
        return new JsonObject { ["extensions"] = extensions, ["notBefore"] = $"{certificate.NotBefore:u}", ["notAfter"] = $"{certificate.NotAfter:u}" };
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
