namespace Errand.Attestation;

/// <summary>A reference value: what an allowed enclave's or instance's document says, PCR by PCR. All listed PCRs must match.</summary>
/// <remarks>
/// Of enclaves: PCR0 is the image, PCR1 kernel and boot file system, PCR2 the application, PCR3 the instance's role, PCR4 the instance,
/// PCR8 the certificate that signed the image. A reference without PCR0, PCR1 and PCR2 matches no enclave. Of NitroTPM: as in the TCG PC
/// Client profile; a reference without any PCR matches nothing.
/// </remarks>
public sealed record NitroReference
{
    /// <summary>What it is called in documents and results.</summary>
    public required string Name { get; init; }

    /// <summary>Enclave or instance.</summary>
    public required NitroSource Source { get; init; }

    /// <summary>Values by index, 48 bytes each.</summary>
    public required IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Pcrs { get; init; }

    /// <summary>The name of the first thing in which a document differs; null when nothing does.</summary>
    public string? FirstDifference(NitroDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Source != Source) return "source";
        if (Pcrs.Count == 0) return "no reference PCRs";
        int[] needed = Source == NitroSource.Enclave ? [0, 1, 2] : [];
        foreach (int index in Pcrs.Keys.Union(needed).Order())
        {
            if (!Pcrs.TryGetValue(index, out ReadOnlyMemory<byte> value) || value.IsEmpty || !document.Pcr(index).Span.SequenceEqual(value.Span)) return $"pcr{index}";
        }
        return null;
    }
}
