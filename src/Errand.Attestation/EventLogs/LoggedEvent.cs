namespace Errand.Attestation;

/// <summary>One event. Only its digests are vouched for by PCRs; the data is a hint until it hashes to a digest.</summary>
/// <param name="PcrIndex">0 to 23, or <see cref="NoPcr"/>. In a CCEL: 0 for MRTD, 1 to 4 for RTMR0 to RTMR3.</param>
/// <param name="Type">Event type; see <see cref="EventTypes"/>.</param>
/// <param name="Digests">One per bank, banks at most once.</param>
/// <param name="Data">What the firmware says it measured.</param>
public sealed record LoggedEvent(int PcrIndex, uint Type, IReadOnlyList<EventDigest> Digests, ReadOnlyMemory<byte> Data)
{
    /// <summary>The index of an EV_NO_ACTION that names no PCR (FFFFFFFFh).</summary>
    public const int NoPcr = -1;

    /// <summary>False for EV_NO_ACTION, which tells something and extends nothing.</summary>
    public bool Extends => Type != EventTypes.NoAction;

    /// <summary>The digest for a bank; null when the event has none.</summary>
    public ReadOnlyMemory<byte>? Digest(TpmAlgorithm bank)
    {
        foreach (EventDigest digest in Digests)
            if (digest.Algorithm == bank) return digest.Value;
        return null;
    }

    /// <summary>True when the data is what the bank's digest is of.</summary>
    public bool DataMatches(TpmAlgorithm bank) => Digest(bank) is { } digest && bank.ToHashName() is not null && digest.Span.SequenceEqual(bank.Hash(Data.Span));
}
