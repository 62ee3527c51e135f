namespace Errand.Attestation;

/// <summary>What a policy demands of the user data in the runtime claims.</summary>
public abstract record AzureUserDataRule
{
    private AzureUserDataRule()
    {
    }

    /// <summary>It must be these bytes.</summary>
    /// <param name="UserData">64 bytes.</param>
    public sealed record Exactly(ReadOnlyMemory<byte> UserData) : AzureUserDataRule;

    /// <summary>It is not looked at: whoever reads it must not rely on it.</summary>
    public sealed record NotChecked : AzureUserDataRule;
}
