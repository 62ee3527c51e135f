namespace Errand.Attestation;

/// <summary>What a policy demands of a quote's qualifying data.</summary>
public abstract record TpmNonceRule
{
    private TpmNonceRule()
    {
    }

    /// <summary>It must be these bytes.</summary>
    /// <param name="Nonce">At most 64 bytes.</param>
    public sealed record Exactly(ReadOnlyMemory<byte> Nonce) : TpmNonceRule;

    /// <summary>It is not looked at: the quote may then be of any time.</summary>
    public sealed record NotChecked : TpmNonceRule;
}
