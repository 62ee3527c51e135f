namespace Errand.Attestation;

/// <summary>
/// What evidence must be to be accepted: a section for each kind that is allowed. A kind without one is refused. Every member must be
/// given; <see cref="AppraisalPolicyFile"/> reads and writes it as a file.
/// </summary>
public sealed record AppraisalPolicy
{
    /// <summary>A policy that accepts nothing, to be filled by <c>with</c>.</summary>
    public static AppraisalPolicy Nothing { get; } = new() { SevSnp = null, Tdx = null, Sgx = null, Nitro = null, AzureVtpm = null, TpmQuote = null, EkCertificate = null };

    /// <summary>SEV-SNP reports; null to refuse them.</summary>
    public required SnpPolicy? SevSnp { get; init; }

    /// <summary>TDX quotes; null to refuse them.</summary>
    public required TdxPolicy? Tdx { get; init; }

    /// <summary>SGX quotes; null to refuse them.</summary>
    public required SgxPolicy? Sgx { get; init; }

    /// <summary>AWS Nitro documents; null to refuse them.</summary>
    public required NitroPolicy? Nitro { get; init; }

    /// <summary>Azure confidential VMs; null to refuse them.</summary>
    public required AzureVtpmPolicy? AzureVtpm { get; init; }

    /// <summary>TPM quotes; null to refuse them.</summary>
    public required TpmQuotePolicy? TpmQuote { get; init; }

    /// <summary>Endorsement key certificates by themselves; null to refuse them.</summary>
    public required EkCertificatePolicy? EkCertificate { get; init; }
}
