using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>The judges' own record of a task.</summary>
internal sealed class NaiveTask(TaskId id, SubmitEntry submit, long epoch)
{
    public TaskId Id { get; } = id;

    public SubmitEntry Submit { get; } = submit;

    /// <summary>Epoch of the Submit entry.</summary>
    public long Epoch { get; } = epoch;

    public TaskPhase Phase { get; set; } = TaskPhase.Accepting;

    public long DueMilliseconds { get; set; }

    public SortedDictionary<AssetId, byte[]> Accepts { get; } = [];

    public Bytes32? Seed { get; set; }

    public long DrawnMilliseconds { get; set; }

    public int WeakEpochs { get; set; }

    /// <summary>Outputs of valid claims that count, lowest first.</summary>
    public List<(byte[] Beta, PublicKey Executor)> Tickets { get; } = [];

    public List<NaiveAttempt> Attempts { get; } = [];

    public TaskOutcome Outcome { get; set; }

    public TaskReason Reason { get; set; }

    /// <summary>How often it has ended; never more than once.</summary>
    public int Ends { get; set; }

    public NaiveAttempt? Attempt => Attempts.Count > 0 ? Attempts[^1] : null;

    /// <summary>The app's owner first, then those of data.</summary>
    public bool MayRelease(AssetId asset) => asset == Submit.App || Attempt!.Releases.ContainsKey(Submit.App);

    /// <summary>A key is out: was there a quorum, was it announced, in the order of owners?</summary>
    public void JudgeHandOver(OwnerActor owner, int attempt, Bytes32 digest, Action<string> report)
    {
        if (attempt < 1 || attempt > Attempts.Count)
        {
            report($"{owner.Name} has handed over a key for an attempt that there is not");
            return;
        }
        NaiveAttempt known = Attempts[attempt - 1];
        if (!known.Rounds.Exists(round => round.Decision == true && round.Votes.Values.Count(vote => vote) >= round.AcceptsNeeded))
            report($"{owner.Name} has handed over a key without a quorum of accepts");
        if (!known.Releases.TryGetValue(owner.Asset, out Bytes32 released) || released != digest) report($"{owner.Name} has handed over a key that is not on the ledger");
        if (owner.Asset != Submit.App && !known.Releases.ContainsKey(Submit.App)) report($"{owner.Name} has handed over data before the app");
        if (known.WithdrawnAtHandOver(owner.Follower.Position)) report($"{owner.Name} has handed over a key to a withdrawn measurement");
    }
}
