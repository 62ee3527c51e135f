using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What an entry says, decoded. A closed hierarchy: one sealed record for each <see cref="EntryKind"/>.</summary>
public abstract record EntryBody
{
    private protected EntryBody()
    {
    }

    /// <summary>The kind on the wire.</summary>
    public abstract EntryKind Kind { get; }

    /// <summary>Writes the body map.</summary>
    internal abstract void WriteTo(CanonicalWriter writer);

    /// <summary>Reads a body of the given kind from canonical CBOR.</summary>
    internal static RefusalReason TryDecode(EntryKind kind, ReadOnlySpan<byte> map, out EntryBody? body)
    {
        var fields = new FieldReader(map);
        var reason = RefusalReason.None;
        EntryBody decoded;
        switch (kind)
        {
            case EntryKind.Register: decoded = RegisterEntry.Read(ref fields); break;
            case EntryKind.Retire: decoded = RetireEntry.Read(ref fields); break;
            case EntryKind.Offer: decoded = OfferEntry.Read(ref fields); break;
            case EntryKind.Ticket: decoded = TicketEntry.Read(ref fields); break;
            case EntryKind.Asset: decoded = AssetEntry.Read(ref fields); break;
            case EntryKind.Submit: decoded = SubmitEntry.Read(ref fields); break;
            case EntryKind.Accept: decoded = AcceptEntry.Read(ref fields); break;
            case EntryKind.Deny: decoded = DenyEntry.Read(ref fields); break;
            case EntryKind.Claim: decoded = ClaimEntry.Read(ref fields); break;
            case EntryKind.Evidence: decoded = EvidenceEntry.Read(ref fields, ref reason); break;
            case EntryKind.Verdict: decoded = VerdictEntry.Read(ref fields); break;
            case EntryKind.Release: decoded = ReleaseEntry.Read(ref fields); break;
            case EntryKind.Receipt: decoded = ReceiptEntry.Read(ref fields); break;
            case EntryKind.Tick: decoded = TickEntry.Read(ref fields); break;
            case EntryKind.Abandon: decoded = AbandonEntry.Read(ref fields); break;
            case EntryKind.Govern: decoded = GovernEntry.Read(ref fields); break;
            case EntryKind.Sponsor: decoded = SponsorEntry.Read(ref fields); break;
            case EntryKind.Withdraw: decoded = WithdrawEntry.Read(ref fields); break;
            case EntryKind.WithdrawAsset: decoded = WithdrawAssetEntry.Read(ref fields); break;
            case EntryKind.Fetched: decoded = FetchedEntry.Read(ref fields); break;
            case EntryKind.Unavailable: decoded = UnavailableEntry.Read(ref fields); break;
            case EntryKind.Fault: decoded = FaultEntry.Read(ref fields); break;
            default:
                body = null;
                return RefusalReason.UnknownKind;
        }

        FieldError error = fields.Close();
        if (reason == RefusalReason.None)
        {
            reason = error switch
            {
                FieldError.None => RefusalReason.None,
                FieldError.Unknown => RefusalReason.UnknownField,
                FieldError.Missing => RefusalReason.MissingField,
                FieldError.Malformed => RefusalReason.MalformedField,
                _ => throw new InvalidOperationException($"Unexpected field error {error}."),
            };
        }
        body = reason == RefusalReason.None ? decoded : null;
        return reason;
    }
}
