namespace Errand.Platform;

/// <summary>What a development machine's firmware says it booted; each part ends up in PCRs.</summary>
public sealed record DevelopmentBoot
{
    /// <summary>Firmware version: PCR 0.</summary>
    public string Firmware { get; init; } = "Errand development firmware 1";

    /// <summary>Name of the kernel image: PCR 4.</summary>
    public string Kernel { get; init; } = "vmlinuz-development";

    /// <summary>Kernel command line: PCR 9.</summary>
    public string CommandLine { get; init; } = "console=ttyS0 ro";

    /// <summary>Whether Secure Boot is on: PCR 7.</summary>
    public bool SecureBoot { get; init; } = true;
}
