using System.Globalization;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>What cases of SGX and TDX quotes share: collateral by file role, and descriptions of quote, platform and status.</summary>
internal static class IntelVectors
{
    private const int ChainLengthMax = 4;

    /// <summary>Whatever collateral the case has.</summary>
    internal static IntelCollateral ReadCollateral(VectorCase vector)
    {
        // One chain serves both documents, unless the case has one for each.
        IReadOnlyList<(string Name, byte[] Bytes)> chains = vector.All("tcb-signing-chain");
        return new IntelCollateral
        {
            TcbInfo = vector.Find("tcb-info") ?? vector.Find("tcb-info-v2"),
            TcbInfoChain = chains.Count == 0 ? [] : ReadPem(chains[0].Bytes),
            QeIdentity = vector.Find("qe-identity"),
            QeIdentityChain = chains.Count == 0 ? [] : ReadPem(chains[^1].Bytes),
            PckCrl = ReadList(vector, "pck-crl"),
            RootCaCrl = ReadList(vector, "root-ca-crl"),
        };
    }

    /// <summary>Compares the report data with that of the case, where the case says what it must be.</summary>
    internal static AttestationResult CheckReportData(VectorCase vector, ReadOnlyMemory<byte> actual)
    {
        if (vector.Find("report-data") is not { } expected) return AttestationResult.Empty;
        bool same = actual.Span.SequenceEqual(expected);
        return AttestationResult.Of(new AttestationCheck("report-data", same ? CheckOutcome.Passed : CheckOutcome.Failed, same ? AttestationReason.None : AttestationReason.ReportData,
            Hex(expected), Hex(actual), same ? "" : "The quote is bound to something else than the case says."));
    }

    /// <summary>Describes what can be read from a quote, and the status that came out; empty for bytes that are no quote.</summary>
    internal static JsonObject Describe(byte[] bytes, TcbEvaluation? tcb)
    {
        if (IntelQuote.TryParse(bytes) is not { } quote) return [];
        var described = new JsonObject { ["quote"] = Describe(quote, bytes.Length), ["qeReport"] = Describe(quote.Signature.QeReport) };
        if (FindPck(quote) is { } pck) described["pck"] = Describe(pck);
        if (tcb is null) return described;
        described["tcbStatus"] = tcb.Status.ToString();
        described["tcbEvaluation"] = Describe(tcb);
        return described;
    }

    /// <summary>Describes an enclave's report.</summary>
    internal static JsonObject Describe(SgxReport report) => new()
    {
        ["cpusvn"] = Hex(report.CpuSvn),
        ["miscselect"] = Hex(report.Encoded.Slice(0x10, 4)),
        ["attributes"] = Hex(report.Encoded.Slice(0x30, 16)),
        ["mrenclave"] = Hex(report.MrEnclave),
        ["mrsigner"] = Hex(report.MrSigner),
        ["isvprodid"] = (int)report.IsvProductId,
        ["isvsvn"] = (int)report.IsvSvn,
        ["reportdata"] = Hex(report.ReportData),
    };

    internal static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static JsonObject Describe(IntelQuote quote, int fileLength)
    {
        var described = new JsonObject
        {
            ["version"] = quote.Version,
            ["attestationKeyType"] = IntelQuote.EcdsaP256, // a quote with another one does not parse
            ["teeType"] = $"0x{(int)quote.TeeType:x}",
            ["certificationDataType"] = quote.Signature.CertificationType,
            ["signatureDataLength"] = quote.SignatureSize,
            ["quoteLength"] = quote.Encoded.Length,
            ["fileLength"] = fileLength,
            ["qeVendorId"] = Hex(quote.QeVendorId),
            ["userData"] = Hex(quote.UserData),
        };
        if (quote.Version == 5) described["bodyType"] = (int)quote.BodyType;
        return described;
    }

    private static PckCertificate? FindPck(IntelQuote quote) => quote.Signature.CertificationType == QuoteSignature.PckCertificateChain
        && PemCertificates.TryRead(quote.Signature.CertificationData.Span, ChainLengthMax) is { } certificates
        ? certificates.Select(der => Certificate.TryParse(der)).OfType<Certificate>().Select(PckCertificate.TryRead).FirstOrDefault(pck => pck is not null)
        : null;

    private static JsonObject Describe(PckCertificate pck)
    {
        var described = new JsonObject
        {
            ["ppid"] = Hex(pck.Ppid),
            ["pcesvn"] = (int)pck.PceSvn,
            ["cpusvn"] = Hex(pck.CpuSvn),
            ["comp"] = new JsonArray([.. pck.Components.ToArray().Select(component => (JsonNode)(int)component)]),
            ["pceid"] = Hex(pck.PceId),
            ["fmspc"] = Hex(pck.Fmspc),
            ["sgxtype"] = (int)pck.SgxType,
            ["issuer"] = pck.Certificate.IssuerCommonName,
            ["notBefore"] = Date(pck.Certificate.NotBefore),
            ["notAfter"] = Date(pck.Certificate.NotAfter),
            ["serial"] = "0x" + Convert.ToHexStringLower(pck.Certificate.SerialNumber.Span).TrimStart('0'),
        };
        if (pck.PlatformInstanceId is { } instance) described["piid"] = Hex(instance);
        return described;
    }

    private static JsonObject Describe(TcbEvaluation tcb)
    {
        var described = new JsonObject { ["fmspcMatches"] = tcb.FmspcMatches, ["pceIdMatches"] = tcb.PceIdMatches, ["platformTcb"] = null };
        if (tcb.Platform is { } platform)
        {
            described["platformTcb"] = new JsonObject
            {
                ["status"] = platform.Status.ToString(),
                ["tcbDate"] = Time(platform.Date),
                ["advisoryIds"] = new JsonArray([.. platform.Advisories.Select(advisory => (JsonNode)advisory)]),
            };
        }
        if (tcb.Qe is { } qe)
        {
            described["qeIdentity"] = new JsonObject
            {
                ["mrsignerMatches"] = qe.MrSignerMatches,
                ["isvprodidMatches"] = qe.IsvProductIdMatches,
                ["miscselectMatches"] = qe.MiscSelectMatches,
                ["attributesMatch"] = qe.AttributesMatch,
                ["tcb"] = qe.Level is { } level ? new JsonObject { ["status"] = level.Status.ToString(), ["tcbDate"] = Time(level.Date), ["isvsvn"] = (int)level.IsvSvn } : null,
            };
        }
        if (tcb.Module is not { } module) return described;
        described["tdxModule"] = new JsonObject { ["id"] = module.Id, ["status"] = module.Level?.Status.ToString(), ["tcbDate"] = module.Level is { } reached ? Time(reached.Date) : null };
        described["tdxModuleMrsignerMatches"] = module.MrSignerMatches;
        return described;
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> ReadPem(byte[] text) =>
        CaseCertificates.SplitPem(text) is { Count: > 0 } certificates ? certificates : throw new InvalidDataException("The TCB signing chain is not PEM.");

    private static ReadOnlyMemory<byte> ReadList(VectorCase vector, string role) => vector.Find(role) is { } file ? CaseCertificates.Decode(file) : default(ReadOnlyMemory<byte>);

    private static string Date(DateTimeOffset time) => time.ToString("yyyy-MM-dd", DateTimeFormatInfo.InvariantInfo);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", DateTimeFormatInfo.InvariantInfo);
}
