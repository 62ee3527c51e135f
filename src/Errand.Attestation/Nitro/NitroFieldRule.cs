namespace Errand.Attestation;

/// <summary>What a policy demands of a document's nonce, user data or public key.</summary>
public abstract record NitroFieldRule
{
    private NitroFieldRule()
    {
    }

    /// <summary>It must be these bytes.</summary>
    /// <param name="Value">At most 1,024 bytes. Empty bytes are not the same as none.</param>
    public sealed record Exactly(ReadOnlyMemory<byte> Value) : NitroFieldRule;

    /// <summary>The document must have none.</summary>
    public sealed record Absent : NitroFieldRule;

    /// <summary>It is not looked at: whoever reads it must not rely on it.</summary>
    public sealed record NotChecked : NitroFieldRule;
}
