using System.Collections.Concurrent;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// Holds the verdicts that pass by against each other and against what this verifier found itself. Only for the service's loop, but
/// for <see cref="Note(OwnFinding)"/>. Everything is bounded, and what is forgotten others have seen.
/// </summary>
internal sealed class FaultWatch
{
    private const int CasesMax = 256;
    private const int SuspicionsMax = 64;

    private readonly Dictionary<CaseKey, List<SeenVerdict>> _verdicts = [];
    private readonly Queue<CaseKey> _order = new();
    private readonly Dictionary<CaseKey, OwnFinding> _findings = [];
    private readonly Queue<CaseKey> _findingOrder = new();
    private readonly ConcurrentQueue<OwnFinding> _arriving = new();
    private readonly List<Suspicion> _suspicions = [];

    /// <summary>Takes a verdict entry of a verifier whose signature holds.</summary>
    /// <param name="seen">The verdict.</param>
    /// <param name="applied">Whether it counted. One that did not is of interest only beside one that did: anybody can write verdicts on cases that there are not.</param>
    public void Note(SeenVerdict seen, bool applied)
    {
        CaseKey key = CaseKey.Of(seen.Verdict);
        List<SeenVerdict>? verdicts = _verdicts.GetValueOrDefault(key);
        SeenVerdict? other = verdicts?.Find(earlier => earlier.Signer == seen.Signer && Exhibit.Contradict(earlier.Verdict, seen.Verdict));
        if (other is not null && !_suspicions.Exists(known => known.Charge == FaultCharge.DoubleVote && known.IsOf(seen.Signer))) Keep(Suspicion.OfDoubleVote(other, seen));
        if (!applied) return;
        if (verdicts is null)
        {
            _verdicts.Add(key, verdicts = []);
            _order.Enqueue(key);
            if (_order.Count > CasesMax) _verdicts.Remove(_order.Dequeue());
        }
        verdicts.Add(seen);
        if (_findings.TryGetValue(key, out OwnFinding? finding)) Compare(finding, seen);
    }

    /// <summary>Takes what this verifier found of evidence. On any thread.</summary>
    public void Note(OwnFinding finding) => _arriving.Enqueue(finding);

    /// <summary>What there is to charge, oldest first.</summary>
    public IReadOnlyList<Suspicion> Look()
    {
        while (_arriving.TryDequeue(out OwnFinding? finding)) Take(finding);
        return [.. _suspicions];
    }

    /// <summary>Lets go of what is settled.</summary>
    public void Drop(Suspicion suspicion) => _suspicions.Remove(suspicion);

    private void Take(OwnFinding finding)
    {
        if (!_findings.TryAdd(finding.Key, finding)) return;
        _findingOrder.Enqueue(finding.Key);
        if (_findingOrder.Count > CasesMax) _findings.Remove(_findingOrder.Dequeue());
        foreach (SeenVerdict seen in _verdicts.GetValueOrDefault(finding.Key, [])) Compare(finding, seen);
    }

    private void Compare(OwnFinding finding, SeenVerdict seen)
    {
        FaultCharge charge = finding.ChargeOf(seen);
        if (charge == FaultCharge.None) return;
        // One question for all who said the same; but a digest, and a reject of an offer, are each verifier's own.
        bool together = charge == FaultCharge.WrongFinding && (finding.Key.Role == CommitteeRole.Task || seen.Verdict.Accept);
        Suspicion? known = together ? _suspicions.Find(suspicion => suspicion.Charge == charge && suspicion.Finding!.Key == finding.Key) : null;
        if (known is null) Keep(known = new Suspicion(charge, finding));
        known.Add(seen);
    }

    private void Keep(Suspicion suspicion)
    {
        if (_suspicions.Count == SuspicionsMax) _suspicions.RemoveAt(0);
        _suspicions.Add(suspicion);
    }
}
