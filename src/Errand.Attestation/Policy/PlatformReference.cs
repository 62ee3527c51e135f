namespace Errand.Attestation;

/// <summary>A listed machine state: PCR values of the SHA-256 bank, all of which must match.</summary>
public sealed record PlatformReference
{
    /// <summary>What it is called in documents and results.</summary>
    public required string Name { get; init; }

    /// <summary>Values of 32 bytes by PCR index; not empty.</summary>
    public required IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Pcrs { get; init; }

    /// <summary>The first PCR that differs; null when none does. A reference without PCRs differs from everything.</summary>
    public int? FirstDifference(PcrBank actual)
    {
        ArgumentNullException.ThrowIfNull(actual);
        if (Pcrs.Count == 0) return -1;
        foreach ((int index, ReadOnlyMemory<byte> expected) in Pcrs.OrderBy(pair => pair.Key))
            if (actual[index].IsEmpty || !expected.Span.SequenceEqual(actual[index].Span)) return index;
        return null;
    }
}
