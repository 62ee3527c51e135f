using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>A task of a <see cref="TestNetwork"/>, driven step by step or to any phase.</summary>
internal sealed class TestTask(TestNetwork network, TaskState state, IReadOnlyDictionary<AssetId, TestActor> owners)
{
    public TaskState State => state;

    public TaskId Id => state.Id;

    public AssetId App => state.Submit.App;

    public AssetId Data => state.Submit.Data[0].Asset;

    /// <summary>The enclave's receipt key in an attempt.</summary>
    public SigningKey ReceiptKey(int attempt) => SigningKey.FromSeed(network.Ledger.Seed($"receipt {Id} {attempt}"));

    /// <summary>The task's final state in the words of the conformance cases.</summary>
    public string Outcome
    {
        get
        {
            string outcome = state.Outcome switch
            {
                TaskOutcome.None => "open",
                TaskOutcome.Completed => "completed",
                TaskOutcome.Denied => "denied",
                TaskOutcome.Failed => "failed",
                TaskOutcome.Expired => "expired",
                TaskOutcome.Withdrawn => "withdrawn",
                _ => throw new InvalidOperationException($"Unexpected outcome {state.Outcome}."),
            };
            return state.Reason == TaskReason.None ? $"task:{outcome}" : $"task:{outcome}/{state.Reason.Code()}";
        }
    }

    public AcceptEntry Accept(AssetId asset) => new()
    {
        Task = Id,
        Asset = asset,
        VrfKey = owners[asset].Vrf.PublicKey,
        Proof = owners[asset].Prove(AcceptEntry.Input(network.Network, Id)),
    };

    public ClaimEntry Claim(TestActor executor) => Claim(executor.Vrf);

    public ClaimEntry Claim(VrfKey key) => new() { Task = Id, Proof = TestActor.Prove(key, network.State.ClaimInput(state)) };

    public EvidenceEntry Evidence(int attempt) => new()
    {
        Task = Id,
        Attempt = attempt,
        Report = network.Ledger.Seed($"report {Id} {attempt}"),
        Endorsements = network.Ledger.Seed("endorsements"),
        HpkeKey = network.Ledger.Seed($"hpke {Id} {attempt}"),
        ReceiptKey = ReceiptKey(attempt).PublicKey,
        Quote = network.Ledger.Seed($"quote {Id} {attempt}"),
    };

    public ReleaseEntry Release(AssetId asset, int attempt) => new()
    {
        Task = Id,
        Attempt = attempt,
        Asset = asset,
        SealedKeyDigest = new Bytes32(network.Ledger.Seed($"sealed key {asset} {attempt}")),
    };

    public TestActor OwnerOf(AssetId asset) => owners[asset];

    /// <summary>The executor of the current attempt.</summary>
    public TestActor Executor => network.ExecutorOf(state.Attempt!.Executor);

    /// <summary>A receipt of the current or an earlier attempt, with a sealed result inline or named only.</summary>
    public ReceiptEntry Receipt(int attempt, int resultSize = 100, bool inline = true)
    {
        using var key = ContentKey.FromBytes(network.Ledger.Seed("result key"));
        byte[] result = SealedFile.Seal(new byte[resultSize], key, new SealOptions { DangerousSalt = new Bytes32(network.Ledger.Seed("salt")) }, out SealedFileInfo info);
        var receipt = new Receipt
        {
            Task = Id,
            Attempt = attempt,
            EvidenceDigest = state.Attempts[attempt - 1].EvidenceDigest,
            Result = info.ContentId,
            ResultSizeBytes = result.Length,
            Outcome = OutcomeCode.Ok,
        };
        return new ReceiptEntry
        {
            Task = Id,
            Attempt = attempt,
            Receipt = CoseSigner.Sign(ReceiptKey(attempt), Protocol.Receipt.Context(network.Network), receipt.Encode()).Encoded,
            InlineResult = inline ? result : default(ReadOnlyMemory<byte>),
        };
    }

    public TestTask AcceptAll()
    {
        foreach (AssetId asset in state.Submit.ConsentAssets) network.Must(owners[asset], Accept(asset));
        return this;
    }

    /// <summary>Lets the draw happen and claims for executors, lowest or not; refused claims are those with higher tickets.</summary>
    public TestTask ClaimAll()
    {
        if (state.Phase == TaskPhase.Drawing) network.AdvanceTo(state.PhaseDueMilliseconds);
        foreach (TestActor executor in network.Executors)
        {
            RefusalReason refusal = network.Apply(executor, Claim(executor));
            if (refusal is not (RefusalReason.None or RefusalReason.TicketNotLowest)) throw new InvalidOperationException($"Claim by {executor}: {refusal.Code()}.");
        }
        return this;
    }

    public TestTask Judge(bool accept)
    {
        TaskPhase phase = state.Phase;
        foreach (TestActor verifier in network.Verifiers.Where(verifier => !network.State.Nodes[verifier.Id].IsBanned))
        {
            if (state.Phase != phase) break;
            network.MustUnlessNoSeat(verifier, network.TaskVerdict(verifier, state, accept));
        }
        return this;
    }

    public TestTask ReleaseAll()
    {
        foreach (AssetId asset in NetworkState.ReleaseOrder(state).SelectMany(group => group))
            network.Must(owners[asset], Release(asset, state.Attempt!.Number));
        return this;
    }

    /// <summary>Drives the task on to a phase by the straight way.</summary>
    public TestTask RunTo(TaskPhase phase)
    {
        if (state.Phase == TaskPhase.Accepting && phase > TaskPhase.Accepting) AcceptAll();
        if (state.Phase == TaskPhase.Drawing && phase > TaskPhase.Drawing) network.AdvanceTo(state.PhaseDueMilliseconds);
        if (state.Phase == TaskPhase.Claiming && phase > TaskPhase.Claiming)
        {
            ClaimAll();
            network.AdvanceTo(state.PhaseDueMilliseconds);
        }
        if (state.Phase == TaskPhase.Attesting && phase > TaskPhase.Attesting) network.Must(Executor, Evidence(state.Attempt!.Number));
        if (state.Phase == TaskPhase.Verifying && phase > TaskPhase.Verifying) Judge(accept: true);
        if (state.Phase == TaskPhase.Releasing && phase > TaskPhase.Releasing) ReleaseAll();
        if (state.Phase == TaskPhase.Running && phase > TaskPhase.Running) network.Must(Executor, Receipt(state.Attempt!.Number, inline: phase == TaskPhase.Ended));
        if (state.Phase != phase) throw new InvalidOperationException($"The task is in phase {state.Phase}, not {phase}.");
        return this;
    }
}
