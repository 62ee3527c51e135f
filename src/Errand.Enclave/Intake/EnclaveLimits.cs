namespace Errand.Enclave;

/// <summary>What one enclave gives at most, whatever a task asks for.</summary>
internal static class EnclaveLimits
{
    /// <summary>Bytes of all sealed inputs together: they are held in memory. Larger tasks are refused with <see cref="AbortReason.InputSize"/>.</summary>
    public const long InputBytesMax = 256L << 20;

    /// <summary>Bytes of output, log and padding together: output, package and sealed result are in memory at the same time.</summary>
    public const long OutputBytesMax = 128L << 20;

    /// <summary>Bytes of a sealed result: the output with its framing, header, recipients and tags. A host takes no more.</summary>
    public const long ResultBytesMax = OutputBytesMax + (1L << 20);
}
