namespace Errand.Enclave;

/// <summary>How enclaves are made as processes.</summary>
public sealed record ProcessEnclaveOptions
{
    /// <summary>Where the enclave's program lies: <see cref="EnclaveImage.FindFolder"/> finds it.</summary>
    public required string Folder { get; init; }

    /// <summary>Told once, in one line, that a process is no enclave.</summary>
    public required Action<string> Warn { get; init; }

    /// <summary>How long an enclave may take to say hello.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Keeps one process started ahead. It waits for one task, takes it, and is never used again.</summary>
    public bool Standby { get; init; }

    /// <summary>The clock of the timeout.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
