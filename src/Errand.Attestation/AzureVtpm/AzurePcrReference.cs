namespace Errand.Attestation;

/// <summary>A reference value: what the PCRs of an allowed VM are. All listed PCRs must match; a reference without any matches nothing.</summary>
public sealed record AzurePcrReference
{
    /// <summary>What it is called in documents and results.</summary>
    public required string Name { get; init; }

    /// <summary>The bank.</summary>
    public required TpmAlgorithm Bank { get; init; }

    /// <summary>Values by index, of the bank's digest size.</summary>
    public required IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Pcrs { get; init; }

    /// <summary>The name of the first PCR that differs or was not quoted; null when none does.</summary>
    public string? FirstDifference(VerifiedAzureVtpm verified)
    {
        ArgumentNullException.ThrowIfNull(verified);
        if (Pcrs.Count == 0) return "no reference PCRs";
        foreach (int index in Pcrs.Keys.Order())
            if (Pcrs[index].IsEmpty || !verified.Pcr(Bank, index).Span.SequenceEqual(Pcrs[index].Span)) return $"pcr{index}";
        return null;
    }
}
