using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Evidence as it came by on the ledger, with what appraising it takes from the state of that moment.</summary>
internal sealed class EvidenceBook
{
    private readonly Dictionary<Bytes32, OfferCase> _offers = [];
    private readonly Dictionary<long, OfferEntry> _offersByPosition = [];
    private readonly Dictionary<(TaskId, int), EvidenceCase> _evidence = [];
    private readonly Dictionary<long, JudgedEvidence> _byPosition = [];

    public OfferCase? Offer(Bytes32 caseId) => _offers.GetValueOrDefault(caseId);

    public EvidenceCase? Evidence(TaskId task, int attempt) => _evidence.GetValueOrDefault((task, attempt));

    /// <summary>What an entry brought; null if it brought no evidence.</summary>
    public JudgedEvidence? At(long position) => _byPosition.GetValueOrDefault(position);

    /// <summary>Of a case, open or closed.</summary>
    public JudgedEvidence? Of(VerdictEntry verdict) => _byPosition.Values.FirstOrDefault(judged => judged.Role == verdict.Role && judged.CaseId == verdict.CaseId && judged.Attempt == verdict.Attempt);

    public void Note(NetworkState state, int position, PreparedEntry entry)
    {
        switch (entry.Body)
        {
            case OfferEntry offer:
                Bytes32 id = OfferEntry.CaseId(state.Network, entry.Signer, offer.Number);
                var randomness = new List<Bytes32>();
                for (long epoch = state.Clock.Epoch; epoch >= state.Clock.Epoch - 1; epoch--)
                    if (state.Clock.TryGetRandomness(epoch, out BeaconValue value)) randomness.Add(value.Randomness);
                _offers[id] = new OfferCase(state.Network, id, entry.Signer, state.Nodes[entry.Signer].VrfKey, offer, randomness);
                _offersByPosition[position] = offer;
                TrustCase trust = state.TrustCases[id];
                _byPosition[position] = new JudgedEvidence(CommitteeRole.ProofOfTrust, id, 1, entry.Signer, position, trust.EvidenceDigest, trust.EvidenceRoot, _offers[id], null);
                break;
            case EvidenceEntry evidence:
                TaskState task = state.Tasks[evidence.Task];
                NodeState executor = state.Nodes[entry.Signer];
                OfferEntry proven = _offersByPosition[executor.ProvenPosition];
                int boots = SimulatedTee.ReadQuote(proven.Platform.Span)?.Boots ?? -1;
                _evidence[(evidence.Task, evidence.Attempt)] = new EvidenceCase(state.Network, evidence, entry.Signer, task.Seed!.Value, executor.ChipId!.Value,
                    executor.EkId!.Value, boots, task.Terms.Without(state.WithdrawnReferences));
                AttemptState attempt = task.Attempts[evidence.Attempt - 1];
                _byPosition[position] = new JudgedEvidence(CommitteeRole.Task, task.Id.Value, attempt.Number, entry.Signer, position, attempt.EvidenceDigest, attempt.EvidenceRoot, null,
                    _evidence[(evidence.Task, evidence.Attempt)]);
                break;
            default:
                break;
        }
    }
}
