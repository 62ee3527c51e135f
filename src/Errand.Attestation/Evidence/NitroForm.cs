using System.Globalization;

namespace Errand.Attestation;

/// <summary>AWS Nitro: a document, which carries its certificates.</summary>
internal sealed class NitroForm : EvidenceForm
{
    internal override EvidenceKind Kind => EvidenceKind.Nitro;

    internal override string Code => "nitro";

    internal override string Title => "an AWS Nitro attestation document";

    internal override IReadOnlyList<EvidenceRole> Once { get; } = [EvidenceRole.NitroDocument];

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence) =>
        NitroDocument.TryParse(evidence.Find(EvidenceRole.NitroDocument)!.Bytes.Span) is { } document ? [.. Describe(document)] : null;

    internal override FormVerification Verify(VerificationContext context)
    {
        ReadOnlyMemory<byte> bytes = context.Take(EvidenceRole.NitroDocument)!.Value;
        NitroVerification verification = NitroVerifier.Verify(bytes.Span, context.Roots, context.Now, context.Cache?.Issuers);
        if (verification.Document is not { } verified) return FormVerification.Refused(verification.Result);

        ClaimList claims = Describe(verified.Document);
        RootClaims.Add(claims, verified.Root);
        DateTimeOffset now = context.Now;
        return new FormVerification(verification.Result, [.. claims], verified.Document.Nonce ?? ReadOnlyMemory<byte>.Empty,
            policy => policy.Nitro is { } section ? NitroAppraiser.Appraise(verified, section, now) : null,
            () => AppraisalPolicy.Nothing with { Nitro = NitroPolicyFile.Draft(verified) });
    }

    private static ClaimList Describe(NitroDocument document)
    {
        ClaimList claims = new()
        {
            { "source", document.Source.ToString() }, { "module-id", document.ModuleId }, { "timestamp", document.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", DateTimeFormatInfo.InvariantInfo) },
            { "debug", document.IsDebug },
        };
        foreach (int index in document.PcrIndices) claims.Add($"pcr.sha384.{index}", document.Pcr(index));
        if (document.Nonce is { } nonce) claims.Add("nonce", nonce);
        if (document.UserData is { } userData) claims.Add("user-data", userData);
        if (document.PublicKey is { } key) claims.Add("public-key", key);
        return claims;
    }
}
