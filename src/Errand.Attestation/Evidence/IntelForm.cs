using System.Text.Json;

namespace Errand.Attestation;

/// <summary>What TDX and SGX quotes share: finding the collateral of a quote's platform among files, and describing quote and platform.</summary>
internal static class IntelForm
{
    private const string SignerName = "Intel SGX TCB Signing";
    private const int ChainLengthMax = 4;

    /// <summary>Whatever collateral fits the quote's platform. What does not fit counts as not used; all of it is verified later.</summary>
    internal static IntelCollateral Find(VerificationContext context, IntelQuote? quote)
    {
        Certificate[] pckChain = quote is null ? [] : ReadChain(quote);
        PckCertificate? pck = pckChain.Select(PckCertificate.TryRead).FirstOrDefault(read => read is not null);
        string fmspc = pck is null ? "" : Convert.ToHexStringLower(pck.Fmspc.Span);
        bool tdx = quote?.TeeType == IntelTeeType.Tdx;
        IReadOnlyList<ReadOnlyMemory<byte>> signer = context.Pool.Named(SignerName).FirstOrDefault() is { } certificate ? CertificatePool.Encode(context.Pool.ChainFrom(certificate)) : [];
        Certificate? root = pckChain.FirstOrDefault(candidate => candidate.IsSelfIssued);
        Certificate? issuer = pck is null ? null : pckChain.FirstOrDefault(candidate => candidate.Fields.Subject.Span.SequenceEqual(pck.Certificate.Fields.Issuer.Span));
        var found = new IntelCollateral
        {
            TcbInfo = context.Take(EvidenceRole.TcbInfo, file => TextOf(file, "tcbInfo", "fmspc").Equals(fmspc, StringComparison.OrdinalIgnoreCase) && TextOf(file, "tcbInfo", "id") is var id && (tdx ? id == "TDX" : id != "TDX")) ?? default,
            TcbInfoChain = signer,
            QeIdentity = context.Take(EvidenceRole.QeIdentity, file => TextOf(file, "enclaveIdentity", "id") == (tdx ? "TD_QE" : "QE")) ?? default,
            QeIdentityChain = signer,
            PckCrl = issuer is null ? default : context.Pool.ListOf(issuer),
            RootCaCrl = root is null ? default : context.Pool.ListOf(root),
        };
        context.Use([.. signer, found.PckCrl, found.RootCaCrl]);
        return found;
    }

    internal static void Describe(ClaimList claims, IntelQuote quote)
    {
        claims.Add("quote-version", (ulong)quote.Version);
        claims.Add("user-data", quote.UserData);
        if (ReadChain(quote).Select(PckCertificate.TryRead).FirstOrDefault(read => read is not null) is not { } pck) return;
        claims.Add("fmspc", pck.Fmspc);
        claims.Add("ppid", pck.Ppid);
        if (pck.PlatformInstanceId is { } instance) claims.Add("platform-instance-id", instance);
        claims.Add("pce-svn", pck.PceSvn);
        claims.Add("cpu-svn", pck.CpuSvn);
    }

    internal static void Describe(ClaimList claims, VerifiedIntelPlatform platform)
    {
        claims.Add("tcb-status", platform.Tcb?.Status.ToString() ?? "unknown");
        if (platform.Tcb is { } tcb)
        {
            claims.Add("advisories", string.Join(", ", tcb.Advisories));
            claims.Add("tcb-evaluation-number", (ulong)tcb.EvaluationDataNumber);
        }
        claims.Add("revocation-checked", platform.RevocationChecked);
        RootClaims.Add(claims, platform.Root);
    }

    private static Certificate[] ReadChain(IntelQuote quote) => quote.Signature.CertificationType == QuoteSignature.PckCertificateChain
        && PemCertificates.TryRead(quote.Signature.CertificationData.Span, ChainLengthMax) is { } certificates
        ? [.. certificates.Select(der => Certificate.TryParse(der)).OfType<Certificate>()]
        : [];

    // Only picks a file: what it says counts once its signature holds.
    private static string TextOf(SortedFile file, string member, string name) =>
        StrictJson.TryRead(file.Bytes, EvidenceFile.SizeMax, root => root.Member(member, JsonValueKind.Object)?.Text(name)) ?? "";
}
