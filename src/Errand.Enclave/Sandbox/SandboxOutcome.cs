using System.Runtime.InteropServices;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>What a run of an app gave.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Files">The files of /out in ordinal order of name; none unless <paramref name="Code"/> is ok.</param>
/// <param name="Log">Standard output and error as they came, up to the limit. A trap adds a line naming its kind.</param>
/// <param name="FuelUsed">Never leaves the enclave: it depends on the data.</param>
public sealed record SandboxOutcome(OutcomeCode Code, IReadOnlyList<SandboxFile> Files, ReadOnlyMemory<byte> Log, ulong FuelUsed)
{
    /// <summary>Zeroes the output and the log, which are this outcome's own copies.</summary>
    public void Wipe()
    {
        foreach (SandboxFile file in Files) MemoryMarshal.AsMemory(file.Content).Span.Clear();
        MemoryMarshal.AsMemory(Log).Span.Clear();
    }
}
