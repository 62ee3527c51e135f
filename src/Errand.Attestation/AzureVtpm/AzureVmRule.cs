namespace Errand.Attestation;

/// <summary>What a policy demands of the VM's id, which the host gives.</summary>
public abstract record AzureVmRule
{
    private AzureVmRule()
    {
    }

    /// <summary>One VM.</summary>
    /// <param name="Id">Its vmUniqueId; capital and small letters are the same.</param>
    public sealed record Exactly(Guid Id) : AzureVmRule;

    /// <summary>Any VM of anybody.</summary>
    public sealed record Any : AzureVmRule;
}
