namespace Errand.Attestation;

/// <summary>What a TPM quote must show to be accepted. Every member must be given, and an empty list of references accepts nothing.</summary>
public sealed record TpmQuotePolicy
{
    /// <summary>Listed machine states, one of which must match in all its PCRs, each of them quoted.</summary>
    public required IReadOnlyList<TpmQuoteReference> References { get; init; }

    /// <summary>Which attestation key.</summary>
    public required TpmKeyRule Key { get; init; }

    /// <summary>What the quote must be bound to.</summary>
    public required TpmNonceRule Nonce { get; init; }

    /// <summary>Whether an event log that explains the PCRs must be there.</summary>
    public required bool EventLogRequired { get; init; }

    /// <summary>Whether that log must show that Secure Boot is on.</summary>
    public required bool SecureBootRequired { get; init; }

    /// <summary>What the kernel may have measured; null to leave it to the references.</summary>
    public required ImaPolicy? Ima { get; init; }
}
