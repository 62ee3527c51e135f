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

    private const string Amd = "1.3.6.1.4.1.3704.";

    private static readonly string[] IssuerRoles = ["ask-ark-chain", "asvk-ark-chain", "intermediate-certificate", "root-certificate"];

    private static readonly string[] ListRoles = ["ark-crl", "root-ca-crl", "crl"];

    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        byte[] report = vector.Find("snp-report") ?? throw new InvalidDataException("The case has no report.");
        byte[] leaf = vector.Find("endorsement-key-certificate") ?? throw new InvalidDataException("The case has no endorsement key certificate.");
        DateTimeOffset now = vector.VerifyAt ?? throw new InvalidDataException("The case has no time.");
        SnpVerification verification = SnpVerifier.Verify(report, ReadChain(vector, leaf), TrustedRoots.Vendors, now, known: null, ReadRevocationLists(vector));

        var values = new JsonObject
        {
            ["alsoFails"] = new JsonArray([.. verification.Result.Checks.Where(check => check.Outcome == CheckOutcome.Failed)
                .Select(check => check.Reason).Distinct().Skip(1).Select(reason => (JsonNode)reason.ToCode())]),
        };
        // What a refused report says can still be asked for.
        if (SnpReport.TryParse(report) is { } parsed && Certificate.TryParse(CaseCertificates.Decode(leaf)) is { } certificate) Describe(parsed, certificate, values);
        return (verification.Result, values);
    }

    private static void Describe(SnpReport report, Certificate certificate, JsonObject values)
    {
        try
        {
            if (LineOf(certificate) is not { } line) return;
            values["product"] = line.ToString();
            values["debug"] = report.Policy.AllowsDebug;
            values["report"] = Describe(report, line);
            values["endorsementKeyCertificate"] = Describe(certificate);
        }
        catch (AsnContentException)
        {
            // An extension that is not what AMD writes: there is nothing to compare, which the comparison reports.
        }
    }

    private static SnpProductLine? LineOf(Certificate certificate) => certificate.Extension(Amd + "1.2") is { } name
        ? SnpProductLines.FromProductName(new AsnReader(name.Value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String))
        : null;

    internal static IReadOnlyList<ReadOnlyMemory<byte>> ReadChain(VectorCase vector, byte[] leaf) => CaseCertificates.Chain(leaf, IssuerRoles.SelectMany(vector.All).Select(file => file.Bytes));

    internal static IReadOnlyList<CertificateRevocationList> ReadRevocationLists(VectorCase vector) =>
        [.. ListRoles.SelectMany(vector.All).Select(file => CertificateRevocationList.TryParse(CaseCertificates.Decode(file.Bytes)) ?? throw new InvalidDataException($"{file.Name} is no revocation list."))];

    internal static JsonObject Describe(SnpReport report, SnpProductLine line)
    {
        var described = new JsonObject
        {
            ["version"] = report.Version,
            ["guest_svn"] = report.GuestSvn,
            ["policy"] = $"0x{report.Policy.Bits:x}",
            ["family_id"] = Hex(report.FamilyId),
            ["image_id"] = Hex(report.ImageId),
            ["vmpl"] = report.Vmpl,
            ["sig_algo"] = 1, // a report with another one does not parse
            ["current_tcb"] = Describe(report.CurrentTcb, line),
            ["platform_info"] = $"0x{(ulong)report.PlatformInfo:x}",
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
            ["reported_tcb"] = Describe(report.ReportedTcb, line),
            ["chip_id"] = Hex(report.ChipId),
            ["committed_tcb"] = Describe(report.CommittedTcb, line),
            ["current_fw"] = Describe(report.CurrentFirmware),
            ["committed_fw"] = Describe(report.CommittedFirmware),
            ["launch_tcb"] = Describe(report.LaunchTcb, line),
        };
        if (report.Cpuid is { } cpuid) described["cpuid"] = new JsonObject { ["family"] = $"0x{cpuid.Family:x}", ["model"] = $"0x{cpuid.Model:x}", ["stepping"] = (int)cpuid.Stepping };
        if (report.LaunchMitigations is { } launch) described["launch_mit_vector"] = $"0x{launch:x}";
        if (report.CurrentMitigations is { } current) described["current_mit_vector"] = $"0x{current:x}";
        return described;
    }

    private static JsonObject Describe(ReadOnlyMemory<byte> raw, SnpProductLine line)
    {
        if (!SnpTcb.TryRead(line, raw.Span, out SnpTcb tcb)) return new JsonObject { ["raw"] = Hex(raw) };
        var described = new JsonObject { ["bootloader"] = (int)tcb.BootLoader, ["tee"] = (int)tcb.Tee, ["snp"] = (int)tcb.Snp, ["microcode"] = (int)tcb.Microcode, ["raw"] = Hex(raw) };
        if (line == SnpProductLine.Turin) described["fmc"] = (int)tcb.Fmc;
        return described;
    }

    private static string Describe((byte Major, byte Minor, byte Build) version) => $"{version.Major}.{version.Minor}.{version.Build}";

    private static JsonObject Describe(Certificate certificate)
    {
        var extensions = new JsonObject();
        foreach ((string name, string oid) in Levels)
            if (certificate.Extension(Amd + oid) is { } level) extensions[name] = new AsnReader(level.Value, AsnEncodingRules.DER).TryReadInt32(out int value) ? value : Hex(level.Value);
        if (certificate.Extension(Amd + "1.2") is { } product) extensions["productName"] = new AsnReader(product.Value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String);
        if (certificate.Extension(Amd + "1.4") is { } chip) extensions["hwID"] = Hex(chip.Value);
        if (certificate.Extension(Amd + "1.5") is { } provider) extensions["cspID"] = new AsnReader(provider.Value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String);
        return new JsonObject { ["extensions"] = extensions, ["notBefore"] = $"{certificate.NotBefore:u}", ["notAfter"] = $"{certificate.NotAfter:u}" };
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
