namespace Errand.Attestation;

/// <summary>What a policy demands of the module id, <c>instance-enclave</c>.</summary>
public abstract record NitroModuleRule
{
    private NitroModuleRule()
    {
    }

    /// <summary>One life of one enclave.</summary>
    /// <param name="ModuleId">Such as <c>i-0827e799ec9232d44-enc019b55a68bd2ed4b</c>.</param>
    public sealed record Exactly(string ModuleId) : NitroModuleRule;

    /// <summary>Any enclave of one instance.</summary>
    /// <param name="InstanceId">Such as <c>i-0827e799ec9232d44</c>.</param>
    public sealed record OfInstance(string InstanceId) : NitroModuleRule;

    /// <summary>Any enclave of anybody: nothing then binds the evidence to a registered machine.</summary>
    public sealed record Any : NitroModuleRule;
}
