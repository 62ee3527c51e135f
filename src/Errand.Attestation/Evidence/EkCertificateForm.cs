namespace Errand.Attestation;

/// <summary>An endorsement key certificate by itself: which TPM it is, and who vouches for it.</summary>
internal sealed class EkCertificateForm : EvidenceForm
{
    private static readonly RootClass[] Classes = [RootClass.TpmHardware, RootClass.TpmCloud];

    internal override EvidenceKind Kind => EvidenceKind.EkCertificate;

    internal override string Code => "ek-certificate";

    internal override string Title => "a TPM's endorsement key certificate";

    internal override bool IsMain => false;

    internal override IReadOnlyList<EvidenceRole> Once { get; } = [EvidenceRole.TpmPublic];

    internal override bool IsPresent(IReadOnlyList<SortedFile> files) => FindAll(new CertificatePool(files, null)).Any();

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence) => FindAll(new CertificatePool(evidence.Files, null)).First() is var certificate ? [.. Describe(certificate, EkCertificate.TryRead(certificate)!)] : null;

    internal override FormVerification Verify(VerificationContext context)
    {
        Certificate leaf = FindAll(new CertificatePool(context.Evidence.Files, context.Cache)).First();
        ReadOnlyMemory<byte>? area = context.Take(EvidenceRole.TpmPublic);
        IReadOnlyList<ReadOnlyMemory<byte>> chain = CertificatePool.Encode(context.Pool.ChainFrom(leaf));
        context.Use(chain);
        EkCertificateVerification verification = EkCertificateVerifier.Verify(chain, area is { } bytes ? TpmtPublic.TryParse(bytes.Span) ?? TpmtPublic.TryParseSized(bytes.Span) : null,
            context.Roots, Classes, context.Now, context.Cache?.Issuers);
        if (verification is not { Certificate: { } ek, Root: { } root }) return FormVerification.Refused(verification.Result);
        ClaimList claims = Describe(leaf, ek);
        RootClaims.Add(claims, root);
        return new FormVerification(verification.Result, [.. claims], null,
            policy => policy.EkCertificate is { } section ? EkCertificateAppraiser.Appraise(ek, root, section) : null,
            () => AppraisalPolicy.Nothing with { EkCertificate = new EkCertificatePolicy { RootClasses = [root.Class], Denied = [] } });
    }

    private static IEnumerable<Certificate> FindAll(CertificatePool pool) => pool.All.Where(certificate => EkCertificate.TryRead(certificate) is not null);

    private static ClaimList Describe(Certificate certificate, EkCertificate ek) => new()
    {
        { "vendor", ek.Vendor.ToString() }, { "model", ek.Model }, { "firmware", ek.Version }, { "issuer", certificate.Issuer }, { "serial", certificate.SerialNumber },
        { "not-before", $"{certificate.NotBefore:u}" }, { "not-after", $"{certificate.NotAfter:u}" }, { "key-bits", (ulong)certificate.PublicKey.KeySizeBits }, { "key-digest", certificate.SpkiDigest.ToString() },
    };
}
