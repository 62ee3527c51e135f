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
                OfferSnapshot taken = OfferSnapshot.Take(state, result.Entry.Signer, offer, position);
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
        foreach ((TaskId Task, int Attempt) key in _evidence.Keys.Where(key => state.Tasks[key.Item1].Phase == TaskPhase.Ended).ToArray())
            _evidence.Remove(key);
    }
}
