using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of Azure confidential VMs: attestation report, hardware report with what vouches for it, TPM quote. Policy is not theirs to test.</summary>
internal static class AzureVtpmVectors
{
    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        // Parts that the case has by themselves come before those in the attester's own file, which must be readable where there is one.
        AzureVtpmEvidence? source = vector.Find("source-evidence") is { } json ? AzureEvidenceJson.TryParse(json) ?? throw new InvalidDataException("The attester's evidence is unreadable.") : null;
        byte[] report = vector.Find("hcl-report") ?? source?.HclReport.ToArray() ?? throw new InvalidDataException("The case has no attestation report.");
        JsonObject values = Describe(report);
        if ((bool?)vector.Expected["bindingOnly"] == true) return (AzureVtpmVerifier.VerifyBindingOnly(report), values);

        AzureVtpmEvidence evidence = ReadEvidence(vector, source, report);
        TpmsAttest? quote = TpmsAttest.TryParse(evidence.Quote.Span, out _);
        if (quote is not null)
        {
            values["nonce"] = Hex(quote.ExtraData);
            values["tpmQuote"] = TpmVectors.Describe(quote);
        }
        // What the verifier expects is in the case; a case that names none is only about other things.
        byte[] nonce = ((string?)vector.Expected["verifierNonce"] ?? (string?)vector.Expected["nonce"]) is { } expected ? Convert.FromHexString(expected) : quote?.ExtraData.ToArray() ?? [];
        TrustedRoots roots = evidence.Endorsement is AzureEndorsement.Tdx ? CaseRoots.Read(vector, RootClass.IntelSgx) : TrustedRoots.Vendors;
        DateTimeOffset now = vector.VerifyAt ?? throw new InvalidDataException("The case has no time.");
        AzureVtpmVerification verification = AzureVtpmVerifier.Verify(evidence, IntelVectors.ReadCollateral(vector), nonce, roots, now, revocationLists: SnpVectors.ReadRevocationLists(vector));
        values["alsoFails"] = verification.Result.DescribeOtherFailures();

        if (verification.Evidence is { SevSnp: { } snp })
        {
            values["product"] = snp.ProductLine.ToString();
            values["snpReport"] = SnpVectors.Describe(snp.Report, snp.ProductLine);
        }
        if (evidence.Endorsement is AzureEndorsement.Tdx { Quote: var tdQuote }) DescribeTdx(values, tdQuote.ToArray());
        return (verification.Result, values);
    }

    private static AzureVtpmEvidence ReadEvidence(VectorCase vector, AzureVtpmEvidence? source, byte[] report)
    {
        return new AzureVtpmEvidence
        {
            HclReport = report,
            Endorsement = ReadEndorsement(vector, source),
            Quote = vector.Find("tpms-attest") ?? source?.Quote ?? throw new InvalidDataException("The case has no quote."),
            Signature = vector.Find("rsa-signature") ?? ReadSignature(vector) ?? source?.Signature ?? throw new InvalidDataException("The case has no signature."),
            Pcrs = vector.Find("pcr-values") is { } pcrs ? VectorCase.ReadPcrs(pcrs) : source?.Pcrs ?? throw new InvalidDataException("The case has no PCR values."),
        };
    }

    private static AzureEndorsement ReadEndorsement(VectorCase vector, AzureVtpmEvidence? source)
    {
        if (vector.Find("tdx-quote") is { } quote) return new AzureEndorsement.Tdx(quote);
        if (source?.Endorsement is AzureEndorsement.Tdx quoted) return quoted;
        ReadOnlyMemory<byte> leaf = vector.Find("endorsement-key-certificate") ?? (source?.Endorsement as AzureEndorsement.SevSnp)?.Certificates[0]
            ?? throw new InvalidDataException("The case has neither a TDX quote nor an endorsement key certificate.");
        return new AzureEndorsement.SevSnp(SnpVectors.ReadChain(vector, leaf.ToArray()));
    }

    // What a TPM gives names scheme and hash, which the verifier knows; another scheme's numbers do not verify.
    private static ReadOnlyMemory<byte>? ReadSignature(VectorCase vector) => vector.Find("tpmt-signature") is { } file
        ? TpmtSignature.TryParse(file)?.First ?? throw new InvalidDataException("The quote's signature is unreadable.")
        : default(ReadOnlyMemory<byte>?);

    private static JsonObject Describe(byte[] bytes)
    {
        if (HclReport.TryParse(bytes) is not { } report) return [];
        var values = new JsonObject
        {
            ["hclReport"] = new JsonObject
            {
                ["signature"] = "HCLA",
                ["version"] = report.Version,
                ["reportSize"] = report.ReportSize,
                ["requestType"] = report.RequestType,
                ["status"] = report.Status,
                ["runtime"] = new JsonObject
                {
                    ["dataSize"] = report.RuntimeDataSize,
                    ["version"] = report.RuntimeVersion,
                    ["reportType"] = $"{report.ReportType switch { HclReportType.SevSnp => "SEV-SNP", HclReportType.Tdx => "TDX", _ => "VBS" }} ({(int)report.ReportType})",
                    ["hashType"] = report.Hash switch { TpmAlgorithm.Sha256 => "SHA-256 (1)", TpmAlgorithm.Sha384 => "SHA-384 (2)", _ => "SHA-512 (3)" },
                    ["variableDataSize"] = report.RuntimeClaims.Length,
                },
            },
            ["runtimeDataSha256"] = Convert.ToHexStringLower(SHA256.HashData(report.RuntimeClaims.Span)),
        };
        if (report.ReportType == HclReportType.Tdx && HclTdReport.TryParse(report.HardwareReport) is { } td) values["tdReport"] = new JsonObject { ["reportData"] = Hex(td.ReportData), ["reportType"] = Hex(td.ReportType) };
        if (HclRuntimeData.TryParse(report.RuntimeClaims) is not { } runtime) return values;
        values["vmConfiguration"] = new JsonObject(runtime.VmConfiguration.Select(member => KeyValuePair.Create(member.Key, JsonNode.Parse(member.Value))));
        values["userData"] = runtime.UserData is { } data ? Hex(data) : null;
        return values;
    }

    private static void DescribeTdx(JsonObject values, byte[] tdQuote)
    {
        if (IntelVectors.Describe(tdQuote, null) is { } described && described["pck"] is { } pck) values["pck"] = pck.DeepClone();
        if (IntelQuote.TryParse(tdQuote) is { TeeType: IntelTeeType.Tdx } quote && TdReport.TryParse(quote.Body) is { } body)
        {
            values["tdQuote"] = TdxVectors.Describe(body);
            values["debug"] = body.Attributes.IsDebug;
        }
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
