namespace Errand.Attestation;

/// <summary>What a policy demands of the platform's identity.</summary>
public abstract record IntelPlatformRule
{
    private IntelPlatformRule()
    {
    }

    /// <summary>The quote must come from one processor.</summary>
    /// <param name="Ppid">PPID, 16 bytes.</param>
    public sealed record ExactlyProcessor(ReadOnlyMemory<byte> Ppid) : IntelPlatformRule;

    /// <summary>The quote must come from one platform instance, which a multi-package platform keeps until it is set up anew.</summary>
    /// <param name="PlatformInstanceId">16 bytes. Certificates of the Processor CA have none, and are refused.</param>
    public sealed record ExactlyInstance(ReadOnlyMemory<byte> PlatformInstanceId) : IntelPlatformRule;

    /// <summary>Any platform.</summary>
    public sealed record Any : IntelPlatformRule;
}
