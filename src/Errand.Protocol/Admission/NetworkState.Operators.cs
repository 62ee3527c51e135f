using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Operators (docs/protocol.md section 6.1.6): listed by genesis and governance, or sponsored by those that are.</summary>
public sealed partial class NetworkState
{
    private readonly RecordMap<PublicKey, OperatorState> _operators = new(known => known.Key);

    private RefusalReason Apply(SponsorEntry sponsor, EntryContext context)
    {
        AdmissionRule rule = Terms.Admission;
        if (rule.Sponsors == 0) return RefusalReason.AdmissionClosed; // R-6.1.6.2
        // Were sponsored operators to sponsor others, a few could admit a crowd of their own.
        if (!_operators.TryGetValue(context.Signer, out OperatorState? signer) || signer.Standing != OperatorStanding.Listed) return RefusalReason.NotListed; // R-6.1.6.3
        if (IsBanned(signer.Key)) return RefusalReason.OperatorBanned; // R-6.1.6.9
        _operators.TryGetValue(sponsor.Operator, out OperatorState? candidate);
        if (candidate is not null && candidate.Standing != OperatorStanding.Candidate) return RefusalReason.OperatorKnown; // R-6.1.6.4
        if (candidate is not null && candidate.Sponsors.Contains(signer.Key)) return RefusalReason.AlreadySponsored; // R-6.1.6.5
        // A sponsorship is never given back: what listed operators can add to the state is bounded.
        if (signer.Sponsorships >= rule.SponsorshipsMax) return RefusalReason.SponsorBudget; // R-6.1.6.6

        candidate ??= AddOperator(sponsor.Operator, OperatorStanding.Candidate);
        candidate.AddSponsor(signer.Key);
        if (candidate.Sponsors.Count >= rule.Sponsors) candidate.Standing = OperatorStanding.Sponsored; // R-6.1.6.7
        _records.Touch(candidate);
        signer.Sponsorships++;
        _records.Touch(signer);
        return RefusalReason.None;
    }

    private void ListOperator(PublicKey key, string name)
    {
        OperatorState known = _operators.GetValueOrDefault(key) ?? AddOperator(key, OperatorStanding.Listed);
        known.Standing = OperatorStanding.Listed;
        known.Name = name;
        _records.Touch(known);
    }

    // An operator that nobody knows is barred in advance.
    private void RetireOperator(PublicKey key)
    {
        OperatorState known = _operators.GetValueOrDefault(key) ?? AddOperator(key, OperatorStanding.Retired);
        known.Standing = OperatorStanding.Retired; // R-6.1.6.8
        _records.Touch(known);
        var nodes = new List<NodeState>();
        for (NodeState? node = known.FirstNode; node is not null; node = node.NextOfOperator)
            if (!node.Retired) nodes.Add(node);
        foreach (NodeState node in nodes.OrderBy(node => node.Id))
        {
            if (node.OpenCase is { } open) EndTrustCase(_cases[open]);
            Retire(node);
        }
    }

    private OperatorState AddOperator(PublicKey key, OperatorStanding standing)
    {
        var added = new OperatorState(key, "", standing);
        _operators.Add(added);
        return added;
    }

    private bool IsAdmitted(PublicKey operatorKey) => _operators.TryGetValue(operatorKey, out OperatorState? known) && known.IsAdmitted; // R-6.1.6.1

    private bool HasPlace(PublicKey operatorKey)
    {
        OperatorState known = _operators[operatorKey];
        if (known.Places >= Terms.Admission.NodesMax) known.FreePlaces(Clock.Epoch);
        return known.Places < Terms.Admission.NodesMax;
    }
}
