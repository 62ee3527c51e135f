using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>A recorded history in which every kind of entry applies: the life of a small network, the same for a seed.</summary>
internal static class Journey
{
    /// <summary>Admits executors, runs tasks to each of their ends, lets epochs pass, changes terms, moves a chip.</summary>
    public static TestNetwork Run(string seed = "journey")
    {
        var network = TestNetwork.WithExecutors(seed);
        network.MustSubmit().RunTo(TaskPhase.Ended);
        OwnersAndRequesters(network);
        Executors(network);
        Verifiers(network);
        Governance(network);
        Rescue(network);

        // A weak epoch, then one more task.
        network.NextEpoch(tickets: false);
        network.NextEpoch(tickets: false);
        network.MustSubmit().RunTo(TaskPhase.Ended);
        Faults(network);
        MoveChip(network);
        return network;
    }

    private static void OwnersAndRequesters(TestNetwork network)
    {
        // Denied; withheld; served until its window ends.
        TestTask denied = network.MustSubmit();
        network.Must(network.DataOwner, new DenyEntry { Task = denied.Id, Asset = denied.Data, Reason = DenyReason.Requester, Attempt = 0 });
        TestTask withheld = network.MustSubmit().RunTo(TaskPhase.Releasing);
        network.AdvanceTo(withheld.State.PhaseDueMilliseconds);
        TestTask served = network.MustSubmit().RunTo(TaskPhase.Serving);
        network.AdvanceTo(served.State.PhaseDueMilliseconds);

        // Served and fetched; not to be had, so served again; withdrawn; with an asset that is no longer in use.
        TestTask fetched = network.MustSubmit().RunTo(TaskPhase.Serving);
        network.Must(network.Requester, new FetchedEntry { Task = fetched.Id, Attempt = 1 });
        TestTask unavailable = network.MustSubmit().RunTo(TaskPhase.Serving);
        network.AdvanceTo(NetworkState.ComplaintFromMilliseconds(unavailable.State));
        network.Must(network.Requester, new UnavailableEntry { Task = unavailable.Id, Attempt = 1 });
        unavailable.RunTo(TaskPhase.Ended);
        TestTask withdrawn = network.MustSubmit().RunTo(TaskPhase.Verifying);
        network.Must(network.Requester, new WithdrawEntry { Task = withdrawn.Id });
        network.Must(network.DataOwner, new WithdrawAssetEntry { Asset = withdrawn.Data });

        // Nobody answers; the deadline comes first.
        network.MustSubmit();
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        network.MustSubmit(network.Submission(app, data) with { DeadlineMilliseconds = network.Now + 1_000, Shapes = [new TaskShape(data, SomeShape.Counts(10, [1, 2, 3]))] }, new Dictionary<AssetId, TestActor>());
        network.Advance(network.Times.AcceptMilliseconds);
    }

    private static void Executors(TestNetwork network)
    {
        // Abandoned, rejected, then no executor is left.
        TestTask abandoned = network.MustSubmit().RunTo(TaskPhase.Verifying);
        network.Must(abandoned.Executor, new AbandonEntry { Task = abandoned.Id, Attempt = 1 });
        abandoned.RunTo(TaskPhase.Verifying);
        TestActor rejected = abandoned.Executor;
        abandoned.Judge(accept: false);
        WaitOutPauses(network);
        network.ProveTrust(rejected);
        network.NextEpoch();

        // No evidence from either executor; no quorum, then no receipt.
        TestTask silent = network.MustSubmit().RunTo(TaskPhase.Attesting);
        while (silent.State.Phase == TaskPhase.Attesting) network.AdvanceTo(silent.State.PhaseDueMilliseconds);
        WaitOutPauses(network);
        TestTask undecided = network.MustSubmit().RunTo(TaskPhase.Verifying);
        while (undecided.State.Phase == TaskPhase.Verifying) network.AdvanceTo(undecided.State.PhaseDueMilliseconds);
        undecided.RunTo(TaskPhase.Running);
        network.AdvanceTo(undecided.State.PhaseDueMilliseconds);
        WaitOutPauses(network);
    }

    private static void WaitOutPauses(TestNetwork network) => network.AdvanceTo(network.Boundary(network.State.Clock.Epoch + network.Times.PauseEpochs + 1));

    private static void Verifiers(TestNetwork network)
    {
        // A verifier rotates its key; an operator's new verifier fails, tries again and leaves.
        TestActor rotating = network.Verifiers[0];
        rotating.Rotate();
        network.Must(rotating, network.Registration(rotating));
        network.ProveTrust(rotating);
        network.NextEpoch();
        TestActor newcomer = network.Node("newcomer", network.SpareOperators[0], NodeRoles.Verifier);
        network.Must(newcomer, network.Registration(newcomer));
        network.ProveTrust(newcomer, accept: false);
        network.AdvanceTo(network.Boundary(network.State.Nodes[newcomer.Id].NextOfferEpoch));
        network.ProveTrust(newcomer);
        network.NextEpoch();
        network.Must(newcomer, new RetireEntry());
    }

    private static void Governance(TestNetwork network)
    {
        // One entry with every kind of change waits, and is cancelled in time.
        int all = network.State.Governance.Number + 1;
        network.Must(network.Ticker, network.Changes(network.State.Clock.Epoch + 50, [.. EveryChange(network)]));

        // A new operator is sponsored and registers; governance changes terms, retires the operator, and withdraws a value under a task.
        TestActor sponsored = network.Actor("sponsored operator");
        foreach (TestActor verifier in network.Verifiers.Take(2)) network.Must(verifier.Operator, new SponsorEntry { Operator = sponsored.Id });
        TestActor theirs = network.Node("sponsored node", sponsored, NodeRoles.Verifier);
        network.Must(theirs, network.Registration(theirs));
        network.MustOffer(theirs);
        var added = new ReferenceValue(TeeKind.SevSnp, new byte[] { 0xA1, 0x00, 0x01 });
        network.MustGovernAndWait(
            new GovernanceChange.Cancel(all),
            new GovernanceChange.AddReference(added),
            new GovernanceChange.SetTimes(network.Times with { PauseEpochs = 2 }),
            new GovernanceChange.RetireOperator(sponsored.Id));
        TestTask underBoth = network.MustSubmit().RunTo(TaskPhase.Releasing);
        network.MustGovern(new GovernanceChange.WithdrawReference(added.Digest));
        network.Must(network.DataOwner, new DenyEntry { Task = underBoth.Id, Asset = underBoth.Data, Reason = DenyReason.MeasurementWithdrawn, Attempt = 1 });
        network.NextEpoch();
    }

    private static IEnumerable<GovernanceChange> EveryChange(TestNetwork network)
    {
        Genesis genesis = network.State.Genesis;
        byte[] tuple = [0xA1, 0x00, 0x05];
        yield return new GovernanceChange.AddReference(new ReferenceValue(TeeKind.SevSnp, tuple));
        yield return new GovernanceChange.SetFloors(TeeKind.SevSnp, [tuple]);
        yield return new GovernanceChange.AddRoot(new PinnedRoot(2, Development: true, network.Ledger.EkId));
        yield return new GovernanceChange.RemoveRoot(network.Ledger.EkId);
        yield return new GovernanceChange.AdmitOperator(network.Actor("listed operator").Id, "listed");
        yield return new GovernanceChange.RetireOperator(network.Actor("barred operator").Id);
        yield return new GovernanceChange.SetKeys(genesis.Governance with { Threshold = 3 });
        yield return new GovernanceChange.DenyTpm(tuple);
        yield return new GovernanceChange.AllowTpm(tuple);
        yield return new GovernanceChange.SetTimes(genesis.Times with { PauseEpochs = 1 });
        yield return new GovernanceChange.SetCommittee(genesis.Committee with { Rounds = 2 });
        yield return new GovernanceChange.SetAdmission(genesis.Admission with { NodesMax = 2 });
        yield return new GovernanceChange.SetPlatform(genesis.Platform with { RequireSecureBoot = true });
        yield return new GovernanceChange.Rescue([network.Verifiers[0].Id]);
        yield return new GovernanceChange.Upgrade(ProtocolLimits.RulesVersion + 1);
    }

    // A verifier loses its proof; with a higher minimum the network is too small, and governance takes it back.
    private static void Rescue(TestNetwork network)
    {
        TestActor lost = network.Verifiers[^1];
        network.Must(lost, network.Registration(lost));
        network.ProveTrust(lost, accept: false);
        network.NextEpoch();
        network.MustGovernAndWait(
            new GovernanceChange.SetCommittee(network.State.Genesis.Committee with { VerifiersMin = network.Verifiers.Count }),
            new GovernanceChange.Rescue([lost.Id]),
            new GovernanceChange.AddRoot(new PinnedRoot(2, Development: true, network.Ledger.EkId)),
            new GovernanceChange.DenyTpm(new byte[] { 0xA1, 0x00, 0x05 }));
    }

    // One verifier votes twice, one copies a digest, one is accused of what it did not do, and one accusation is not decided.
    private static void Faults(TestNetwork network)
    {
        network.MustGovernAndWait(new GovernanceChange.SetCommittee(network.State.Genesis.Committee));
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        VerdictEntry[] accepts = [.. network.Verifiers.Select(verifier => network.TaskVerdict(verifier, task.State, accept: true))];
        TestActor twice = network.Verifiers[0], copied = network.Verifiers[1], right = network.Verifiers[2], accuser = network.Verifiers[3];
        network.Must(twice, accepts[0]);
        network.Must(accuser, network.Accusation(FaultCharge.DoubleVote, (twice, accepts[0]), (twice, network.TaskVerdict(twice, task.State, accept: false))));
        FaultCase upheld = network.MustAccuse(accuser, network.Accusation(FaultCharge.AppraisalDigest, task.State, (copied, accepts[1])));
        FaultCase dismissed = network.MustAccuse(network.Verifiers[4], network.Accusation(FaultCharge.WrongFinding, task.State, (right, accepts[2])));
        network.JudgeFault(upheld, uphold: true);
        network.JudgeFault(dismissed, uphold: false);
        FaultCase undecided = network.MustAccuse(accuser, network.Accusation(FaultCharge.AppraisalDigest, task.State, (right, accepts[2])));
        while (undecided.Result == BallotResult.Open) network.AdvanceTo(network.State.NextDueMilliseconds);
        network.NextEpoch();
    }

    // An executor whose chip has strikes leaves; the chip goes on with another node once it has cooled down, strikes and all.
    private static void MoveChip(TestNetwork network)
    {
        TestActor leaving = network.Executors.First(executor => network.State.Nodes[executor.Id].Strikes > 0);
        network.Must(leaving, new RetireEntry());
        TestActor successor = network.Node("successor", network.SpareOperators[1], NodeRoles.Executor);
        successor.Chip = leaving.ChipId;
        network.Must(successor, network.Registration(successor));
        network.Refused("refused/chip-cooldown", successor, TestNetwork.Offer(successor));
        network.AdvanceTo(network.Boundary(network.State.Nodes[leaving.Id].HardwareFreeEpoch));
        network.ProveTrust(successor);
        network.NextEpoch();
    }
}
