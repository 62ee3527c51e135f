using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>
/// Judges one history: all who read it must come to the same refusals and state roots, and to what a second, naive model of the
/// rules comes to.
/// </summary>
internal sealed class ViewJudge
{
    private const int RootEvery = 8;
    private readonly World _world;
    private readonly JudgeBench _bench;
    private readonly LedgerView _view;
    private readonly List<RefusalReason> _outcomes = [];
    private readonly Dictionary<int, StateRoot> _roots = [];
    private readonly Dictionary<int, StateRoot> _evidenceRoots = [];

    public ViewJudge(World world, JudgeBench bench, LedgerView view)
    {
        _world = world;
        _bench = bench;
        _view = view;
        Model = new NaiveNetwork(world, what => bench.Report("rules", $"{view.Name}: {what}"));
    }

    public NaiveNetwork Model { get; }

    /// <summary>Takes over what is known of the common beginning of two histories.</summary>
    public void TakeOver(ViewJudge parent, int count)
    {
        for (int position = 0; position < Math.Min(count, parent._outcomes.Count); position++) Judge(_view[position], parent._outcomes[position], parent._evidenceRoots.GetValueOrDefault(position));
    }

    public void Note(Participant owner, Follower follower, int position, LedgerRecord record, ApplyResult result)
    {
        if (position == _outcomes.Count) Judge(record, result.Refusal, EvidenceRoot(follower, result));
        else if (position > _outcomes.Count) return;
        else if (_outcomes[position] != result.Refusal) _bench.Report("state", $"{_view.Name}: {owner.Name} has {result.Refusal.Code()} at {position} where others have {_outcomes[position].Code()}");
        if (position % RootEvery == 0) CompareRoot(owner, follower, position);
    }

    /// <summary>An honest owner hands over a key: what its own fold had seen by then must allow it.</summary>
    public void NoteHandOver(OwnerActor owner, TaskId task, int attempt, Bytes32 digest)
    {
        if (Model.Tasks.TryGetValue(task, out NaiveTask? known)) known.JudgeHandOver(owner, attempt, digest, what => _bench.Report("key", what));
        else _bench.Report("key", $"{owner.Name} has handed over a key for a task that is not on the ledger");
    }

    public void Close()
    {
        foreach (Participant participant in _world.Participants)
        {
            Follower follower = participant.Follower;
            if (follower.View != _view || follower.IsDiverged || follower.Position != _view.Count || follower.Position == 0) continue;
            CompareRoot(participant, follower, follower.Position - 1);
            foreach ((TaskId id, NaiveTask task) in Model.Tasks) CompareEnd(participant, follower.State.Tasks.GetValueOrDefault(id), task);
        }
    }

    // The root that the state keeps with the evidence is that of the moment before it was noted; the fold's own copy is all there is of it.
    private static StateRoot EvidenceRoot(Follower follower, ApplyResult result) => !result.Applied ? default : result.Entry.Body switch
    {
        OfferEntry offer => follower.State.TrustCases[OfferEntry.CaseId(follower.State.Network, result.Entry.Signer, offer.Number)].EvidenceRoot,
        EvidenceEntry evidence => follower.State.Tasks[evidence.Task].Attempts[evidence.Attempt - 1].EvidenceRoot,
        FaultEntry => follower.State.Faults.GetValueOrDefault(result.Entry.Id.Value)?.EvidenceRoot ?? default,
        _ => default,
    };

    private void Judge(LedgerRecord record, RefusalReason outcome, StateRoot evidenceRoot)
    {
        _evidenceRoots[_outcomes.Count] = evidenceRoot;
        _outcomes.Add(outcome);
        Model.Take(record, outcome, _outcomes.Count - 1, evidenceRoot);
    }

    private void CompareRoot(Participant owner, Follower follower, int position)
    {
        StateRoot root = follower.State.Root();
        if (!_roots.TryAdd(position, root) && _roots[position] != root) _bench.Report("state", $"{_view.Name}: {owner.Name} has another state root at {position} than others");
    }

    private void CompareEnd(Participant participant, TaskState? state, NaiveTask task)
    {
        TaskOutcome outcome = state?.Outcome ?? TaskOutcome.None;
        TaskReason reason = state?.Reason ?? TaskReason.None;
        if (outcome != task.Outcome || reason != task.Reason)
            _bench.Report("end", $"{_view.Name}: {participant.Name} has task {task.Id.Value.ToShortString()} as {outcome}/{reason}, the judge as {task.Outcome}/{task.Reason}");
    }
}
