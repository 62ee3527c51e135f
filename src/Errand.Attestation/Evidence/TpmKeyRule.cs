namespace Errand.Attestation;

/// <summary>What a policy demands of the key that signed a TPM quote. A quote proves no more than who holds that key.</summary>
public abstract record TpmKeyRule
{
    private TpmKeyRule()
    {
    }

    /// <summary>One of these keys, which the caller knows to be in their TPMs.</summary>
    /// <param name="Names">TPM Names: algorithm (2 bytes) and digest of the public area.</param>
    public sealed record OneOf(IReadOnlyList<ReadOnlyMemory<byte>> Names) : TpmKeyRule;

    /// <summary>Any key that a certificate chain to a pinned root of one of these classes vouches for.</summary>
    /// <param name="Classes">Classes of roots.</param>
    public sealed record Certified(IReadOnlyList<RootClass> Classes) : TpmKeyRule;

    /// <summary>Any key at all: the quote may then come from no TPM. For tools that only display evidence.</summary>
    public sealed record NotChecked : TpmKeyRule;
}
