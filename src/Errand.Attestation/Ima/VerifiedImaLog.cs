namespace Errand.Attestation;

/// <summary>The entries of a measurement list that a quoted PCR vouches for. Made only by <see cref="ImaVerifier"/>.</summary>
public sealed class VerifiedImaLog
{
    internal VerifiedImaLog(IReadOnlyList<ImaEntry> entries, ImaDigestStyle style)
    {
        Entries = entries;
        Style = style;
    }

    /// <summary>The entries, in order. Later ones of the list, and those for other PCRs, are not among them.</summary>
    public IReadOnlyList<ImaEntry> Entries { get; }

    /// <summary>What vouches for them.</summary>
    public ImaDigestStyle Style { get; }
}
