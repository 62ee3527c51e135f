namespace Errand.Protocol.Tests;

/// <summary>A recorded history in which every kind of entry applies: the life of a small network, the same for a seed.</summary>
internal static class Journey
{
    /// <summary>Admits executors, runs tasks to each of their ends, lets epochs pass, retires a node.</summary>
    public static TestNetwork Run(string seed = "journey")
    {
        var network = TestNetwork.WithExecutors(seed);
        network.MustSubmit().RunTo(TaskPhase.Ended);

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
        network.AdvanceTo(network.State.ComplaintFromMilliseconds(unavailable.State));
        network.Must(network.Requester, new UnavailableEntry { Task = unavailable.Id, Attempt = 1 });
        unavailable.RunTo(TaskPhase.Ended);
        TestTask withdrawn = network.MustSubmit().RunTo(TaskPhase.Verifying);
        network.Must(network.Requester, new WithdrawEntry { Task = withdrawn.Id });
        network.Must(network.DataOwner, new WithdrawAssetEntry { Asset = withdrawn.Data });

        // Abandoned, rejected, then no executor is left.
        TestTask abandoned = network.MustSubmit().RunTo(TaskPhase.Verifying);
        network.Must(abandoned.Executor, new AbandonEntry { Task = abandoned.Id, Attempt = 1 });
        abandoned.RunTo(TaskPhase.Verifying);
        TestActor rejected = abandoned.Executor;
        abandoned.Judge(accept: false);
        network.AdvanceTo(network.Boundary(network.State.Clock.Epoch + network.Times.PauseEpochs + 1));
        network.ProveTrust(rejected);
        network.NextEpoch();

        // Nobody answers; a verifier rotates its key; an operator's new verifier fails, tries again and leaves.
        network.MustSubmit();
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
        network.Advance(network.Times.AcceptMilliseconds);

        // A new operator is sponsored and registers; governance changes terms and withdraws them in part.
        TestActor sponsored = network.Actor("sponsored operator");
        foreach (TestActor verifier in network.Verifiers.Take(2)) network.Must(verifier.Operator, new SponsorEntry { Operator = sponsored.Id });
        TestActor theirs = network.Node("sponsored node", sponsored, NodeRoles.Verifier);
        network.Must(theirs, network.Registration(theirs));
        var added = new ReferenceValue(TeeKind.SevSnp, new byte[] { 0xA1, 0x00, 0x01 });
        network.MustGovernAndWait(new GovernanceChange.AddReference(added), new GovernanceChange.SetTimes(network.Times with { PauseEpochs = 2 }), new GovernanceChange.RetireOperator(sponsored.Id));
        TestTask underBoth = network.MustSubmit().RunTo(TaskPhase.Releasing);
        network.MustGovern(new GovernanceChange.WithdrawReference(added.Digest));
        network.Must(network.DataOwner, new DenyEntry { Task = underBoth.Id, Asset = underBoth.Data, Reason = DenyReason.MeasurementWithdrawn });
        network.NextEpoch();

        // A weak epoch, then one more task.
        network.NextEpoch(tickets: false);
        network.NextEpoch(tickets: false);
        network.MustSubmit().RunTo(TaskPhase.Ended);
        return network;
    }
}
