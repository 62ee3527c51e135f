namespace Errand.Attestation;

/// <summary>
/// What a document of the Nitro system must say to be accepted. Every member must be given, and an empty list accepts nothing. Debug is not
/// a setting: an enclave whose host can watch it is always refused.
/// </summary>
public sealed record NitroPolicy
{
    /// <summary>Reference values, one of which must match in all its PCRs.</summary>
    public required IReadOnlyList<NitroReference> References { get; init; }

    /// <summary>Which instance or enclave.</summary>
    public required NitroModuleRule Module { get; init; }

    /// <summary>What the nonce must be: the proof that the document was made for this question.</summary>
    public required NitroFieldRule Nonce { get; init; }

    /// <summary>What the user data must be.</summary>
    public required NitroFieldRule UserData { get; init; }

    /// <summary>What the public key must be.</summary>
    public required NitroFieldRule PublicKey { get; init; }

    /// <summary>How old a document may be by its own timestamp.</summary>
    public required TimeSpan AgeMax { get; init; }

    /// <summary>How far its timestamp may lie in the future, as clocks differ.</summary>
    public required TimeSpan AheadMax { get; init; }
}
