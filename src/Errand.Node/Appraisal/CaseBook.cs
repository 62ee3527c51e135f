using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// Evidence of open cases, and of machines that have qualified, kept while the fold passes by: the fold itself keeps only digests.
/// </summary>
internal sealed class CaseBook
{
    private readonly Dictionary<Bytes32, OfferSnapshot> _offers = [];
    private readonly Dictionary<PublicKey, OfferSnapshot> _qualified = [];
    private readonly Dictionary<(TaskId, int), EvidenceSnapshot> _evidence = [];

    /// <summary>Evidence of cases that have closed too.</summary>
    public EvidenceArchive Archive { get; } = new();

    /// <summary>Takes note of an entry that applied.</summary>
    public void Note(NetworkState state, long position, ApplyResult result)
    {
        // Deadlines fire before the entry: a case that they closed may be what the entry is compared with.
        KeepQualified(state);
        switch (result.Entry.Body)
        {
            case OfferEntry offer:
                OfferSnapshot taken = OfferSnapshot.Take(state, result.Entry.Signer, offer, position) with { Entry = result.Entry.Id };
                _offers[taken.CaseId] = taken;
                Archive.Add(position, ArchivedEvidence.Of(state, taken));
                break;
            case EvidenceEntry evidence:
                TaskState task = state.Tasks[evidence.Task];
                if (!_qualified.TryGetValue(result.Entry.Signer, out OfferSnapshot? machine)) break;
                var snapshot = new EvidenceSnapshot(state.Network, task.Id, result.Entry.Signer, task.Seed!.Value, evidence, machine, state.Clock.Milliseconds,
                    task.Terms.Without(state.WithdrawnReferences));
                _evidence[(task.Id, evidence.Attempt)] = snapshot;
                Archive.Add(position, ArchivedEvidence.Of(state, snapshot));
                break;
            default:
                break;
        }
        KeepQualified(state);
        DropEnded(state);
    }

    /// <summary>The offer of an open case.</summary>
    public OfferSnapshot? Offer(Bytes32 caseId) => _offers.GetValueOrDefault(caseId);

    /// <summary>The offer with which a node qualified last.</summary>
    public OfferSnapshot? Qualified(PublicKey node) => _qualified.GetValueOrDefault(node);

    /// <summary>The evidence of an attempt.</summary>
    public EvidenceSnapshot? Evidence(TaskId task, int attempt) => _evidence.GetValueOrDefault((task, attempt));

    /// <summary>What is needed, beside the state as it is now and the ledger, to have this book again. The same book gives the same bytes.</summary>
    public byte[] Save(NetworkState state)
    {
        // Tasks may have ended since the last entry that applied, and may even be forgotten.
        EvidenceSnapshot[] evidenceOfOpen = [.. _evidence.Values.Where(evidence => state.IsOpen(evidence.Task))];
        Dictionary<long, OfferSnapshot> offers = [];
        foreach (OfferSnapshot offer in _offers.Values.Concat(_qualified.Values).Concat(evidenceOfOpen.Select(evidence => evidence.Qualified))) offers[offer.Position] = offer;
        return new SavedBook(
            [
                .. offers.Values.OrderBy(offer => offer.Position).Select(offer => new SavedOffer(offer.Position, offer.Entry, offer.VrfKey, offer.Tee, offer.Endpoint, offer.Randomness, offer.AtMilliseconds, offer.Terms,
                    Open: _offers.ContainsKey(offer.CaseId), Qualified: Qualified(offer.Node)?.Position == offer.Position)),
            ],
            [
                .. evidenceOfOpen.Select(evidence => (Evidence: evidence, Attempt: state.Tasks[evidence.Task].Attempts[evidence.Evidence.Attempt - 1])).OrderBy(kept => kept.Attempt.EvidencePosition)
                    .Select(kept => new SavedEvidence(kept.Attempt.EvidencePosition, kept.Attempt.EvidenceEntry, kept.Evidence.Seed, kept.Evidence.Qualified.Position, kept.Evidence.AtMilliseconds, kept.Evidence.Terms)),
            ]).Encode();
    }

    /// <summary>The book that <see cref="Save"/> saved, with its entries read from the ledger; null when it does not go with this ledger.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public static async Task<CaseBook?> TryLoadAsync(NetworkId network, ReadOnlyMemory<byte> saved, ILedger ledger, CancellationToken cancellation)
    {
        if (SavedBook.TryDecode(saved.Span) is not { } pages) return null;
        var entries = new LedgerPages(network, ledger);
        var book = new CaseBook();
        Dictionary<long, OfferSnapshot> offers = [];
        foreach (SavedOffer kept in pages.Offers)
        {
            if (await entries.TryReadAsync(kept.Position, kept.Entry, cancellation).ConfigureAwait(false) is not { Body: OfferEntry offer } entry) return null;
            var snapshot = new OfferSnapshot(network, OfferEntry.CaseId(network, entry.Signer, offer.Number), entry.Signer, kept.VrfKey, kept.Tee, kept.Endpoint, offer,
                kept.Position, kept.Randomness, kept.AtMilliseconds, kept.Terms) { Entry = kept.Entry };
            offers.Add(kept.Position, snapshot);
            if (kept.Open) book._offers.Add(snapshot.CaseId, snapshot);
            if (kept.Qualified) book._qualified.Add(snapshot.Node, snapshot);
        }
        foreach (SavedEvidence kept in pages.Evidence)
        {
            if (await entries.TryReadAsync(kept.Position, kept.Entry, cancellation).ConfigureAwait(false) is not { Body: EvidenceEntry evidence } entry) return null;
            if (!offers.TryGetValue(kept.MachinePosition, out OfferSnapshot? machine)) return null;
            book._evidence.Add((evidence.Task, evidence.Attempt), new EvidenceSnapshot(network, evidence.Task, entry.Signer, kept.Seed, evidence, machine, kept.AtMilliseconds, kept.Terms));
        }
        return book;
    }

    // A case that has closed leaves the book; if it passed, its offer is what the machine is compared with from now on.
    private void KeepQualified(NetworkState state)
    {
        if (_offers.Count == state.TrustCases.Count) return;
        foreach (OfferSnapshot offer in _offers.Values.Where(offer => !state.TrustCases.ContainsKey(offer.CaseId)).ToArray())
        {
            _offers.Remove(offer.CaseId);
            if (state.Nodes[offer.Node].ProvenPosition == offer.Position) _qualified[offer.Node] = offer;
        }
    }

    private void DropEnded(NetworkState state)
    {
        foreach ((TaskId Task, int Attempt) key in _evidence.Keys.Where(key => !state.IsOpen(key.Item1)).ToArray())
            _evidence.Remove(key);
    }
}
