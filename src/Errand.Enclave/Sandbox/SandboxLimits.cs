using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>What one run of an app may use. Nothing has a default: whoever runs an app says what it may cost.</summary>
public sealed record SandboxLimits
{
    /// <summary>The largest memory an app can be given: what 32-bit addresses reach.</summary>
    public const long MemoryBytesMax = 1L << 32;

    /// <summary>The largest output and log: both lie in the host's memory.</summary>
    public const long OutputBytesMax = 256L << 20;

    /// <summary>Units of work: about one per WebAssembly instruction and per byte moved in bulk.</summary>
    public required ulong Fuel { get; init; }

    /// <summary>Bytes of linear memory, rounded down to pages of 64 KiB.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes of all files in /out together. One byte more ends the run with <see cref="OutcomeCode.Limit"/>.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>Bytes of standard output and error together. What is beyond is dropped, and the app does not learn of it.</summary>
    public required int LogBytes { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative or beyond what a host can hold.</exception>
    internal void ThrowIfOutOfRange()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MemoryBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MemoryBytes, MemoryBytesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(OutputBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OutputBytes, OutputBytesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(LogBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LogBytes, OutputBytesMax);
        // Wasmtime adds up what was used in a signed number.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Fuel, (ulong)long.MaxValue);
    }
}
