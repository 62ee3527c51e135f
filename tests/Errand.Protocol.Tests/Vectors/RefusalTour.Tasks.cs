using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Refusals that tasks and governance meet.</summary>
internal static partial class RefusalTour
{
    private static void OfAccepting(TestNetwork network)
    {
        var unknown = new TaskId(new Bytes32(network.Ledger.Seed("no task")));
        network.Refused("refused/unknown-task", network.Requester, new WithdrawEntry { Task = unknown });
        TestTask task = network.MustSubmit();
        network.Refused("refused/not-requester", network.AppOwner, new WithdrawEntry { Task = task.Id });
        network.Refused("refused/not-owner", network.DataOwner, task.Accept(task.App));
        network.Refused("refused/vrf-key-not-pinned", network.AppOwner, task.Accept(task.App) with { VrfKey = network.DataOwner.Vrf.PublicKey });
        network.Refused("refused/vrf-proof", network.AppOwner, task.Accept(task.App) with { Proof = network.AppOwner.Prove([3]) });
        network.Refused("refused/too-early", network.Executors[0], new ClaimEntry { Task = task.Id, Proof = network.Executors[0].Prove([4]) });
        network.Must(network.AppOwner, task.Accept(task.App));
        network.Refused("refused/already-accepted", network.AppOwner, task.Accept(task.App));
        network.Must(network.DataOwner, new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.Arguments, Attempt = 0 });
        network.Refused("refused/late", network.DataOwner, task.Accept(task.Data));

        foreach ((AssetBudget budget, string code) in new[]
        {
            (new AssetBudget(1, 0, 1, 1, 1), "accept-budget"), (new AssetBudget(0, 1, 1, 1, 1), "total-budget"), (new AssetBudget(1, 1, 0, 1, 1), "accept-rate"),
        })
        {
            TestTask bounded = Submit(network, network.Asset(network.DataOwner, AssetKind.Data) with { Budget = budget });
            network.Refused($"refused/{code}", network.DataOwner, bounded.Accept(bounded.Data));
            network.Must(network.Requester, new WithdrawEntry { Task = bounded.Id });
        }
        TestTask unreleased = Submit(network, network.Asset(network.DataOwner, AssetKind.Data) with { Budget = new AssetBudget(1, 1, 1, 0, 0) }).RunTo(TaskPhase.Releasing);
        network.Refused("refused/release-order", network.DataOwner, unreleased.Release(unreleased.Data, 1));
        network.Must(network.AppOwner, unreleased.Release(unreleased.App, 1));
        network.Refused("refused/already-released", network.AppOwner, unreleased.Release(unreleased.App, 1));
        network.Refused("refused/release-budget", network.DataOwner, unreleased.Release(unreleased.Data, 1));
        network.AdvanceTo(unreleased.State.PhaseDueMilliseconds);
    }

    private static void OfClaiming(TestNetwork network)
    {
        // An executor that comes after the task, one that loses its proof meanwhile, one that the data's owner does not allow.
        AssetEntry custodial = network.Asset(network.DataOwner, AssetKind.Data) with
        {
            Custody = new CustodyRule(CustodyClass.Executors, [.. network.Executors.Skip(1).Select(executor => executor.Id).Order()]),
        };
        TestTask task = Submit(network, custodial).RunTo(TaskPhase.Drawing);
        TestActor late = network.Node("late", network.SpareOperators[2], NodeRoles.Executor);
        network.Must(late, network.Registration(late));
        network.ProveTrust(late);
        TestActor lost = network.Executors[1];
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        network.Refused("refused/not-executor", network.Verifiers[0], task.Claim(network.Verifiers[0]));
        network.Refused("refused/not-in-snapshot", late, task.Claim(late));
        network.Refused("refused/not-eligible", network.Executors[0], task.Claim(network.Executors[0]));
        network.Must(network.Executors[2], task.Claim(network.Executors[2]));
        network.Refused("refused/already-claimed", network.Executors[2], task.Claim(network.Executors[2]));
        network.Must(lost, task.Claim(lost));
        network.Must(lost, new RetireEntry());
        network.Refused("refused/disqualified", lost, task.Claim(lost));
        network.Must(network.Requester, new WithdrawEntry { Task = task.Id });
    }

    private static void OfAttempts(TestNetwork network)
    {
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Drawing);
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        TestActor[] claiming = [network.Executors[0], network.Executors[2], network.Executors[3]];
        foreach (TestActor executor in claiming) network.Apply(executor, task.Claim(executor));
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        TestActor first = task.Executor;
        TestActor other = claiming.First(executor => executor != first);
        network.Refused("refused/not-the-executor", other, task.Evidence(1));
        network.Must(first, task.Evidence(1));
        network.Refused("refused/evidence-exists", first, task.Evidence(1));
        network.Must(first, new AbandonEntry { Task = task.Id, Attempt = 1 });
        network.Refused("refused/attempt-closed", first, new AbandonEntry { Task = task.Id, Attempt = 1 });
        task.RunTo(TaskPhase.Running);
        ReceiptEntry receipt = task.Receipt(2);
        network.Refused("refused/receipt-signature", task.Executor, receipt with { Receipt = receipt.Receipt[..^1] });
        using var foreign = Cryptography.SigningKey.FromSeed(network.Ledger.Seed("foreign receipt key"));
        Assert.Equal(RefusalReason.ReceiptSignature, network.Apply(task.Executor, receipt with { Receipt = Cryptography.CoseSigner.Sign(foreign, Receipt.Context(network.Network), CoseSign1.TryParse(receipt.Receipt.Span)!.Payload).Encoded }));
        Receipt enclaves = Receipt.TryOpen(receipt.Receipt.Span, network.Network, task.ReceiptKey(2).PublicKey)!;
        network.Refused("refused/receipt-mismatch", task.Executor, receipt with { Receipt = Cryptography.CoseSigner.Sign(task.ReceiptKey(2), Receipt.Context(network.Network), (enclaves with { Attempt = 1 }).Encode()).Encoded });
        network.Refused("refused/result-mismatch", task.Executor, receipt with { InlineResult = new byte[receipt.InlineResult.Length] });
        network.Must(task.Executor, receipt);

        // Who gave up is paused.
        TestTask next = network.MustSubmit().RunTo(TaskPhase.Drawing);
        network.AdvanceTo(next.State.PhaseDueMilliseconds);
        network.Refused("refused/paused", first, next.Claim(first));
        network.Must(network.Requester, new WithdrawEntry { Task = next.Id });
        network.AdvanceTo(network.Boundary(network.State.Clock.Epoch + network.Times.PauseEpochs + 1));
    }

    private static void OfOperators(TestNetwork network)
    {
        TestActor sponsor = network.Verifiers[2].Operator;
        TestActor newcomer = network.Actor("sponsored 0");
        network.Refused("refused/not-listed", network.Requester, new SponsorEntry { Operator = newcomer.Id });
        network.Refused("refused/operator-known", sponsor, new SponsorEntry { Operator = network.Verifiers[3].Operator.Id });
        network.Must(sponsor, new SponsorEntry { Operator = newcomer.Id });
        network.Refused("refused/already-sponsored", sponsor, new SponsorEntry { Operator = newcomer.Id });
        network.Must(network.Verifiers[3].Operator, new SponsorEntry { Operator = newcomer.Id });
        network.Must(sponsor, new SponsorEntry { Operator = network.Actor("sponsored 1").Id });
        network.Refused("refused/sponsor-budget", sponsor, new SponsorEntry { Operator = network.Actor("sponsored 2").Id });

        network.MustGovernAndWait(new GovernanceChange.SetAdmission(network.State.Terms.Admission with { Sponsors = 0, NodesMax = 1 }));
        network.Refused("refused/admission-closed", network.Verifiers[3].Operator, new SponsorEntry { Operator = network.Actor("sponsored 2").Id });
        TestActor more = network.Node("one too many", network.Executors[0].Operator, NodeRoles.Verifier);
        network.Refused("refused/operator-cap", more, network.Registration(more));
        network.MustGovernAndWait(new GovernanceChange.SetAdmission(network.State.Genesis.Admission));
    }

    private static void OfGovernance(TestNetwork network)
    {
        long epoch = network.State.Clock.Epoch + 40;
        int number = network.State.Governance.Number + 1;
        var change = new GovernanceChange.SetCommittee(network.State.Terms.Committee);
        network.Refused("refused/governance-number", network.Ticker, GovernEntry.Sign(network.Network, number + 1, epoch, [change], network.GovernanceKey(0), network.GovernanceKey(1)));
        network.Refused("refused/governance-epoch", network.Ticker, network.Changes(network.State.Clock.Epoch, change));
        network.Refused("refused/governance-keys", network.Ticker, GovernEntry.Sign(network.Network, number, epoch, [change], network.GovernanceKey(0)));
        network.Refused("refused/governance-signature", network.Ticker, network.Changes(epoch, change) with { Epoch = epoch + 1 });
        network.Refused("refused/governance-change", network.Ticker, network.Changes(epoch, new GovernanceChange.RemoveRoot(default)));
        for (int i = 0; i < ProtocolLimits.GovernancePendingMax; i++) network.Must(network.Ticker, network.Changes(epoch + i, change));
        network.Refused("refused/governance-pending", network.Ticker, network.Changes(epoch, change));
        network.MustGovern([.. Enumerable.Range(number, ProtocolLimits.GovernancePendingMax).Select(entry => new GovernanceChange.Cancel(entry))]);
    }

    // With three seats expected of ten verifiers, some have none.
    private static void OfSmallCommittees(TestNetwork network)
    {
        network.MustGovernAndWait(new GovernanceChange.SetCommittee(network.State.Terms.Committee with { Size = 3 }));
        for (int tries = 0; ; tries++)
        {
            Assert.InRange(tries, 0, 20);
            TestActor candidate = network.Node($"candidate {tries}", network.SpareOperators[3], NodeRoles.Executor);
            network.Must(candidate, network.Registration(candidate));
            TrustCase trustCase = network.MustOffer(candidate);
            network.NextEpoch();
            TestActor? without = network.Verifiers.FirstOrDefault(verifier => !HasSeat(network.TrustVerdict(verifier, trustCase, accept: true), trustCase));
            if (without is not null) network.Refused("refused/no-seat", without, network.TrustVerdict(without, trustCase, accept: true));
            while (network.State.TrustCases.ContainsKey(trustCase.Id)) network.NextEpoch();
            network.Must(candidate, new RetireEntry());
            if (without is not null) break;
        }
        network.MustGovernAndWait(new GovernanceChange.SetCommittee(network.State.Genesis.Committee));
    }

    private static void OfSmallNetwork(TestNetwork network)
    {
        network.MustGovernAndWait(new GovernanceChange.SetCommittee(network.State.Terms.Committee with { VerifiersMin = 1_000 }));
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        network.Refused("refused/network-too-small", network.Requester, network.Submission(app, data));
        network.MustGovernAndWait(new GovernanceChange.SetCommittee(network.State.Genesis.Committee));
    }

    private static bool HasSeat(VerdictEntry verdict, TrustCase trustCase)
    {
        var beta = new byte[Cryptography.Vrf.OutputSize];
        Assert.True(Cryptography.Vrf.TryProofToHash(verdict.Proof.Span, beta));
        return Lottery.HasSeat(beta, trustCase.Weight, trustCase.Terms.Committee.Size);
    }

    private static TestTask Submit(TestNetwork network, AssetEntry data)
    {
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId id = network.Publish(network.DataOwner, data);
        return network.MustSubmit(network.Submission(app, id), new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [id] = network.DataOwner });
    }
}
