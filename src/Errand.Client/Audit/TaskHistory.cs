using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Folds a log and keeps the entries on which one task's receipt stands. Bundles are made, and checked, by the same code.</summary>
internal sealed class TaskHistory(Genesis genesis, TaskId task)
{
    // Of each executor, the offers that may still become, or are, its qualification.
    private readonly Dictionary<long, (byte[] Bytes, long At, Place Place)> _offers = [];
    private readonly Dictionary<int, (byte[] Bytes, long At, long OfferPosition, Place Place)> _evidence = [];
    private readonly Dictionary<int, NetworkTerms> _terms = [];
    private (byte[] Bytes, Place Place)? _submit;
    private (byte[] Bytes, int Attempt, Place Place)? _receipt;

    public NetworkState State { get; } = new(genesis);

    public LogTree Tree { get; } = new();

    /// <summary>The terms under which the evidence of an attempt was judged; null when it is not in the log.</summary>
    public NetworkTerms? TermsOf(int attempt) => _terms.GetValueOrDefault(attempt);

    /// <summary>True when somebody outside the task's snapshot voted on it. Those votes were refused.</summary>
    public bool HasOutsideVotes { get; private set; }

    /// <summary>Applies the next entry.</summary>
    /// <exception cref="LedgerTimeException">Its time is before that of the entry before.</exception>
    public void Add(long timeMilliseconds, ReadOnlySpan<byte> bytes, PreparedEntry prepared)
    {
        long position = State.NextPosition;
        ApplyResult result = State.Apply(timeMilliseconds, prepared);
        Tree.Append(timeMilliseconds, bytes);
        if (result.Applied) Keep(new Place(position, timeMilliseconds), bytes, result.Entry);
        else if (result.Refusal == RefusalReason.NotInSnapshot && result.Entry.Body is VerdictEntry verdict && verdict.CaseId == task.Value) HasOutsideVotes = true;
    }

    /// <summary>The entries; null when the log has no receipt of the task.</summary>
    public BundleCore? ToCore()
    {
        if (_submit is not { } submit || _receipt is not { } receipt || !_evidence.TryGetValue(receipt.Attempt, out var evidence)) return null;
        if (!_offers.TryGetValue(evidence.OfferPosition, out var offer)) return null;
        return new BundleCore
        {
            Submit = submit.Bytes,
            Offer = offer.Bytes,
            OfferMilliseconds = offer.At,
            Seed = State.Tasks[task].Seed!.Value,
            Evidence = evidence.Bytes,
            EvidenceMilliseconds = evidence.At,
            Receipt = receipt.Bytes,
        };
    }

    /// <summary>Proves that the core's entries are among the first <paramref name="size"/>; only where <see cref="ToCore"/> gives them.</summary>
    public IReadOnlyList<BundleInclusion> ProveInclusion(long size)
    {
        var evidence = _evidence[_receipt!.Value.Attempt];
        Place[] places = [_submit!.Value.Place, _offers[evidence.OfferPosition].Place, evidence.Place, _receipt.Value.Place];
        return [.. places.Select(place => new BundleInclusion(place.Position, place.TimeMilliseconds, Tree.ProveInclusion(place.Position, size)))];
    }

    private void Keep(Place place, ReadOnlySpan<byte> bytes, PreparedEntry entry)
    {
        switch (entry.Body)
        {
            case OfferEntry { ChipId: not null }:
                _offers[place.Position] = (bytes.ToArray(), State.Clock.Milliseconds, place);
                break;
            case SubmitEntry when TaskId.Of(State.Network, entry.Signer, entry.Payload.Span) == task:
                _submit = (bytes.ToArray(), place);
                break;
            case EvidenceEntry evidence when evidence.Task == task:
                _evidence[evidence.Attempt] = (bytes.ToArray(), State.Clock.Milliseconds, State.Nodes[entry.Signer].ProvenPosition, place);
                _terms[evidence.Attempt] = State.Tasks[task].Terms.Without(State.WithdrawnReferences);
                break;
            case ReceiptEntry receipt when receipt.Task == task:
                _receipt = (bytes.ToArray(), receipt.Attempt, place);
                break;
            default:
                break;
        }
    }

    // Where an entry lies, and the ledger's time for it.
    private readonly record struct Place(long Position, long TimeMilliseconds);
}
