using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>What one enclave gives at most, whatever a task asks for.</summary>
public static class EnclaveLimits
{
    /// <summary>
    /// Bytes of sealed inputs held in memory: the app, the arguments, and data in the task's order as long as it fits. What does not is streamed;
    /// an app or arguments that do not are refused with <see cref="AbortReason.InputSize"/>.
    /// </summary>
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

    /// <summary>Bytes of a task's sealed inputs that an enclave holds in memory; more than <see cref="InputBytesMax"/> when app and arguments alone are.</summary>
    /// <param name="programBytes">Bytes of app and arguments.</param>
    /// <param name="dataBytes">Bytes of each data file, in the task's order.</param>
    public static long HeldBytes(long programBytes, IEnumerable<long> dataBytes)
    {
        ArgumentNullException.ThrowIfNull(dataBytes);
        long left = InputBytesMax - programBytes;
        foreach (long size in dataBytes) TryHold(size, ref left);
        return InputBytesMax - left;
    }

    /// <summary>Takes room for an input, in its turn; false when it does not fit, and is streamed if it is data.</summary>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="left">Bytes of input memory left; less this input's afterwards, if it is held.</param>
    public static bool TryHold(long sizeBytes, ref long left)
    {
        if (sizeBytes > left) return false;
        left -= sizeBytes;
        return true;
    }
}
