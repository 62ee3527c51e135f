using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>What one enclave gives at most, whatever a task asks for.</summary>
public static class EnclaveLimits
{
    /// <summary>Bytes of all sealed inputs together: they are held in memory. Larger tasks are refused with <see cref="AbortReason.InputSize"/>.</summary>
    public const long InputBytesMax = 256L << 20;

    /// <summary>Bytes of output, log and padding together: output, package and sealed result are in memory at the same time.</summary>
    public const long OutputBytesMax = 128L << 20;

    /// <summary>Bytes of a sealed result: the output with its framing, header, recipients and tags. A host takes no more.</summary>
    public const long ResultBytesMax = OutputBytesMax + (1L << 20);

    /// <summary>True when an enclave gives what a task asks for. An executor does not claim a task of which it is false.</summary>
    public static bool Allow(TaskLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return limits.OutputBytes + limits.LogBytes + limits.PaddingBytes <= OutputBytesMax && limits.MemoryBytes <= SandboxLimits.MemoryBytesMax;
    }
}
