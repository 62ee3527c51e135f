namespace Errand.Enclave;

/// <summary>How enclaves are made as virtual machines.</summary>
public sealed record VmEnclaveOptions
{
    /// <summary>What they boot.</summary>
    public required VmImage Image { get; init; }

    /// <summary>Their shape.</summary>
    public required VmProfile Profile { get; init; }

    /// <summary>What the processor measures of them, 48 bytes: the launch digest of SEV-SNP, MRTD of TDX. Not looked at for ordinary machines, which are measured here.</summary>
    public ReadOnlyMemory<byte>? Measurement { get; init; }

    /// <summary>For machines with a software TPM: the file of swtpm's state that each machine gets a copy of. What one machine writes into its TPM no other finds.</summary>
    public string? TpmState { get; init; }

    /// <summary>Told once, in one line, what the machines do not protect from.</summary>
    public required Action<string> Warn { get; init; }

    /// <summary>How long a machine may take to say hello. Emulated on a busy computer that is much longer than the seconds it takes on an idle one.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Keeps one machine started ahead. It waits for one task, takes it, and is never used again.</summary>
    public bool Standby { get; init; }

    /// <summary>The clock of the timeout.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
