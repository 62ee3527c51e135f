namespace Errand.Attestation;

/// <summary>How a quoting enclave's report compares with Intel's identity of it (Intel SGX ECDSA QuoteLibReference, section 4.1.2.9).</summary>
/// <param name="MrSignerMatches">MRSIGNER is the identity's.</param>
/// <param name="IsvProductIdMatches">ISVPRODID is the identity's.</param>
/// <param name="MiscSelectMatches">MISCSELECT under the mask is the identity's.</param>
/// <param name="AttributesMatch">ATTRIBUTES under the mask are the identity's.</param>
/// <param name="Level">The highest level reached; null when the enclave is below all.</param>
public sealed record QeEvaluation(bool MrSignerMatches, bool IsvProductIdMatches, bool MiscSelectMatches, bool AttributesMatch, IsvSvnLevel? Level)
{
    /// <summary>True when it is the enclave that the identity is of.</summary>
    public bool Matches => MrSignerMatches && IsvProductIdMatches && MiscSelectMatches && AttributesMatch;

    internal static QeEvaluation Of(EnclaveIdentity identity, SgxReport report)
    {
        ReadOnlySpan<byte> attributes = report.Encoded.Span.Slice(0x30, identity.Attributes.Length);
        bool same = true;
        for (int i = 0; i < attributes.Length; i++) same &= (attributes[i] & identity.AttributesMask.Span[i]) == identity.Attributes.Span[i];
        return new QeEvaluation(
            report.MrSigner.Span.SequenceEqual(identity.MrSigner.Span),
            report.IsvProductId == identity.IsvProductId,
            (report.MiscSelect & identity.MiscSelectMask) == identity.MiscSelect,
            same,
            identity.Levels.FirstOrDefault(level => report.IsvSvn >= level.IsvSvn));
    }
}
