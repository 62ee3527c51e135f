using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>All judges. They see entries, what followers made of them and what really happened; they never ask the code under test.</summary>
internal sealed class JudgeBench(World world)
{
    private const int FindingsMax = 20;
    private readonly Dictionary<LedgerView, ViewJudge> _views = [];
    private readonly List<Enclave> _enclaves = [];
    private readonly Dictionary<(TaskId, int, AssetId), Bytes32> _handedOver = [];
    private readonly Dictionary<OwnerActor, (int Position, Bytes32 Digest)> _releasedOn = [];
    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The judge's own model of what most were shown.</summary>
    public NaiveNetwork Main => JudgeOf(world.Ledger.Main).Model;

    public void Report(string judge, string what)
    {
        if (_findings.Count < FindingsMax) _findings.Add(new Finding(judge, what));
    }

    /// <summary>A follower has folded an entry.</summary>
    public void NoteEntry(Follower follower, Participant owner, int position, LedgerRecord record, ApplyResult result)
    {
        if (!follower.IsDiverged) JudgeOf(follower.View).Note(owner, follower, position, record, result);
    }

    /// <summary>An enclave has been made.</summary>
    public void NoteEnclave(Enclave enclave) => _enclaves.Add(enclave);

    /// <summary>The enclave that holds a key, or null if it is in none.</summary>
    public Enclave? EnclaveOf(ReadOnlyMemory<byte> hpkeKey) => _enclaves.Find(enclave => enclave.HpkeKey.Span.SequenceEqual(hpkeKey.Span));

    /// <summary>An owner has handed a sealed key over: whoever can open it has the key.</summary>
    public void NoteHandOver(OwnerActor owner, TaskId task, int attempt, byte[] message, ReadOnlyMemory<byte> sealedTo)
    {
        if (!owner.IsHonest) return;
        Bytes32 digest = ReleaseEntry.DigestOf(message);
        (TaskId, int, AssetId) key = (task, attempt, owner.Asset);
        if (!_handedOver.TryAdd(key, digest) && _handedOver[key] != digest) Report("consent", $"{owner.Name} has sealed its key twice for attempt {attempt} of {task.Value.ToShortString()}");
        if (EnclaveOf(sealedTo) is not { } enclave)
        {
            Report("key", $"{owner.Name} has sealed its key to a key that is in no enclave");
            return;
        }
        if (CoseSign1.TryParse(message) is not { } frame || !frame.Payload.StartsWith(sealedTo.Span)) Report("key", $"{owner.Name} has handed over what its enclave cannot open");
        if (enclave.Measurement != GenesisMaker.Measurement) Report("key", $"{owner.Name} has given its key to an image that is no reference value");
        if (enclave.Debug) Report("key", $"{owner.Name} has given its key to an enclave that its host can read");
        if (enclave.Task != task || enclave.Attempt != attempt) Report("key", $"{owner.Name} has given its key to an enclave of another task or attempt");
        JudgeHistory(owner);
        if (owner.Follower.IsDiverged) return;
        ViewJudge judge = JudgeOf(owner.Follower.View);
        judge.NoteHandOver(owner, task, attempt, digest);
    }

    // A history on which an owner has released a key is never taken back for it: it does not release on another.
    private void JudgeHistory(OwnerActor owner)
    {
        Follower follower = owner.Follower;
        if (follower.IsDiverged) return;
        if (_releasedOn.TryGetValue(owner, out (int Position, Bytes32 Digest) earlier) && (follower.Position < earlier.Position || follower.View.DigestOf(earlier.Position) != earlier.Digest))
            Report("consent", $"{owner.Name} has handed over keys on two histories of the ledger");
        _releasedOn[owner] = (follower.Position, follower.Digest);
    }

    /// <summary>An enclave has opened a key.</summary>
    public void NoteKey(Enclave enclave, AssetId asset)
    {
        if (!_handedOver.ContainsKey((enclave.Task, enclave.Attempt, asset)) && world.Participants.OfType<OwnerActor>().First(owner => owner.Asset == asset).IsHonest)
            Report("key", $"an enclave has a key of {asset.Value.ToShortString()} that its owner has not handed over");
    }

    /// <summary>The end: what should have happened by now.</summary>
    public void Close()
    {
        foreach (ViewJudge judge in _views.Values.ToArray()) judge.Close();
        LivenessJudge.Judge(world, this);
        foreach (Enclave enclave in _enclaves) enclave.ReceiptKey.Dispose();
    }

    private ViewJudge JudgeOf(LedgerView view)
    {
        if (_views.TryGetValue(view, out ViewJudge? judge)) return judge;
        judge = new ViewJudge(world, this, view);
        _views.Add(view, judge);
        if (view.Parent is { } parent) judge.TakeOver(JudgeOf(parent), view.BranchedAt);
        return judge;
    }
}
