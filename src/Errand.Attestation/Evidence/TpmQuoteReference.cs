namespace Errand.Attestation;

/// <summary>A listed machine state: values of some PCRs of one bank, all of which must match.</summary>
public sealed record TpmQuoteReference
{
    /// <summary>What it is called in documents and results.</summary>
    public required string Name { get; init; }

    /// <summary>The bank; SHA-1 is not taken.</summary>
    public required TpmAlgorithm Bank { get; init; }

    /// <summary>Values of the bank's digest size by PCR index; one without any matches nothing.</summary>
    public required IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Pcrs { get; init; }

    /// <summary>The name of the first thing in which a quote differs; null when nothing does.</summary>
    public string? FirstDifference(VerifiedTpmQuote verified)
    {
        ArgumentNullException.ThrowIfNull(verified);
        if (Pcrs.Count == 0) return "no reference PCRs";
        // Whoever finds two inputs with one SHA-1 can measure one and run the other.
        if (Bank == TpmAlgorithm.Sha1) return "sha1";
        foreach ((int index, ReadOnlyMemory<byte> expected) in Pcrs.OrderBy(pair => pair.Key))
            if (!verified.Pcr(Bank, index).Span.SequenceEqual(expected.Span) || expected.IsEmpty) return $"pcr.{Bank.BankName()}.{index}";
        return null;
    }
}
