using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>A history of 10,000 entries that follows from a seed: the tour of all refusals, then tasks to all their ends among noise.</summary>
internal sealed class LongHistory
{
    public const int Length = 10_000;
    private const string Seed = "errand vectors 1";

    private readonly TestNetwork _network = TestNetwork.WithExecutors(Seed, executors: 4);
    private readonly SeededChoice _choice = new(Seed);
    private readonly TestActor[] _executors;

    private LongHistory() => _executors = [_network.Executors[0], _network.Executors[2], _network.Executors[3]];

    /// <summary>Makes it; takes some seconds.</summary>
    public static TestNetwork Make()
    {
        var history = new LongHistory();
        RefusalTour.Take(history._network);
        while (history._network.History.Count < Length) history.Step();
        return history._network;
    }

    private void Step()
    {
        switch (_choice.Below(10))
        {
            case 0: Noise(); break;
            case 1: _network.NextEpoch(tickets: _choice.Below(8) > 0); break;
            default:
                foreach (TestActor executor in _executors) Renew(executor);
                Drive(_network.MustSubmit());
                break;
        }
    }

    // The history is longer than a Proof of Trust holds.
    private void Renew(TestActor executor)
    {
        if (!_network.State.IsRenewalTime(_network.State.Nodes[executor.Id]) || _network.State.CheckMayOffer(executor.Id) != RefusalReason.None) return;
        _network.ProveTrust(executor);
        _network.NextEpoch();
    }

    // Broken, replayed and foreign entries: outcomes are recorded, whatever they are.
    private void Noise()
    {
        byte[] old = _choice.Of(_network.History).Bytes;
        byte[] changed = [.. old];
        changed[_choice.Below(old.Length)] ^= (byte)(1 << _choice.Below(8));
        _network.Append(_choice.Of<byte[]>([old, changed, old[.._choice.Below(old.Length)], _network.Frame(_network.Requester, old.AsSpan(0, Math.Min(old.Length, 200)))]));
    }

    private void Drive(TestTask task)
    {
        switch (_choice.Below(12))
        {
            case 0: _network.Must(_network.DataOwner, new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.Recipient, Attempt = 0 }); return;
            case 1: _network.Must(_network.Requester, new WithdrawEntry { Task = task.Id }); return;
            default: break;
        }
        task.RunTo(TaskPhase.Drawing);
        _network.AdvanceTo(task.State.PhaseDueMilliseconds);
        while (task.State.Phase == TaskPhase.Drawing) _network.AdvanceTo(task.State.PhaseDueMilliseconds);
        foreach (TestActor executor in _executors) _network.Apply(executor, task.Claim(executor));
        _network.AdvanceTo(task.State.PhaseDueMilliseconds);
        if (task.State.Phase == TaskPhase.Attesting && _choice.Below(12) == 0) _network.Must(task.Executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        if (task.State.Phase != TaskPhase.Attesting) return;
        task.RunTo(TaskPhase.Verifying).Judge(accept: true);
        if (task.State.Phase != TaskPhase.Releasing) return;
        End(task);
    }

    private void End(TestTask task)
    {
        int attempt = task.State.Attempt!.Number;
        switch (_choice.Below(8))
        {
            case 0:
                task.RunTo(TaskPhase.Serving);
                _network.Must(_network.Requester, new FetchedEntry { Task = task.Id, Attempt = attempt });
                break;
            case 1:
                task.RunTo(TaskPhase.Serving);
                _network.AdvanceTo(NetworkState.ComplaintFromMilliseconds(task.State));
                _network.Must(_network.Requester, new UnavailableEntry { Task = task.Id, Attempt = attempt });
                break;
            case 2:
                _network.AdvanceTo(task.State.PhaseDueMilliseconds);
                break;
            default:
                task.RunTo(TaskPhase.Ended);
                break;
        }
    }
}
