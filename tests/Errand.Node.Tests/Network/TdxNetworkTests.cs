using Errand.Attestation;
using Errand.Enclave;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node.Tests;

/// <summary>A network of executors with TDX, whose enclaves alone can have reports made: how they qualify, finish tasks, and what the committee does not take.</summary>
public sealed class TdxNetworkTests
{
    [Fact]
    public async Task Executors_qualify_by_a_quote_that_a_machine_took_and_finish_a_task_by_another()
    {
        var domains = new PlayedDomains();
        var launchers = new Dictionary<string, SwitchableLauncher>();
        await using RunningNetwork network = await RunningNetwork.StartAsync(change: options => options with
        {
            Verifiers = 4, Executors = 2,
            Launcher = (name, inner) => launchers[name] = new SwitchableLauncher(inner) { Instead = cancellation => domains.LaunchAsync(name, cancellation) },
            Given = new GivenTees(TeeKind.Tdx, domains.Terms, (name, machine) => domains.Stand(name, machine, new LateLauncher(() => launchers[name]))),
        });
        Assert.All(network.State.Nodes.Values.Where(node => node.Roles == NodeRoles.Executor), node => Assert.Equal(TeeKind.Tdx, node.Tee));
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(task);
        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (state.Outcome, state.Reason));
        Assert.Equal("model.json", Assert.Single(network.OpenResult(task).Files).Name);

        EvidenceSnapshot evidence = network.EvidenceOf(task);
        Assert.True(EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(evidence.Terms)).Accepted);
        RejectOthers(evidence);
    }

    private static void RejectOthers(EvidenceSnapshot evidence)
    {
        TdxReference listed = PlayedDomains.Reference;
        TdxFloor floor = PlayedDomains.Floor;
        byte[] other = [.. Enumerable.Repeat((byte)0xEE, TdReport.RegisterSize)];
        // Firmware, ACPI tables, kernel, command line and initrd, module, and a domain that has closed itself.
        Reject(evidence, AttestationReason.Measurement, listed with { MrTd = other }, floor);
        Reject(evidence, AttestationReason.Measurement, listed with { Rtmr0 = other }, floor);
        Reject(evidence, AttestationReason.Measurement, listed with { Rtmr1 = other }, floor);
        Reject(evidence, AttestationReason.Measurement, listed with { Rtmr2 = other }, floor);
        Reject(evidence, AttestationReason.Measurement, listed with { MrSeam = other }, floor);
        Reject(evidence, AttestationReason.Closed, listed with { Rtmr3 = other }, floor);
        Reject(evidence, AttestationReason.TcbStatus, listed, floor with { Statuses = [IntelTcbStatus.SWHardeningNeeded] });
        Reject(evidence, AttestationReason.CollateralFloor, listed, floor with { EvaluationDataNumberMin = 19 });
        Assert.True(EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(Terms(evidence, listed, floor with { Statuses = [IntelTcbStatus.UpToDate, IntelTcbStatus.SWHardeningNeeded], Advisories = null }))).Accepted);

        // Without a floor, or a reference value, the network takes none; and what its software cannot read stops it.
        NetworkTerms without = evidence.Terms with { Floors = [.. evidence.Terms.Floors.Where(known => known.Tee != TeeKind.Tdx)] };
        Assert.Contains((ulong)AttestationReason.TeeKind, EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(without)).Reasons);
        Assert.Contains((ulong)AttestationReason.Measurement, EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(evidence.Terms with { ReferenceValues = [] })).Reasons);
        Assert.Throws<ArgumentException>(() => new NetworkPolicy(evidence.Terms with { Floors = [new FirmwareFloor(TeeKind.Tdx, new byte[] { 0x80 })] }));
        Assert.Throws<ArgumentException>(() => new NetworkPolicy(evidence.Terms with { Floors = [.. evidence.Terms.Floors, .. evidence.Terms.Floors] }));
        Assert.Throws<ArgumentException>(() => new NetworkPolicy(evidence.Terms with { ReferenceValues = [new ReferenceValue(TeeKind.Tdx, new byte[] { 0x80 })] }));

        // Endorsements that are none, other keys than the quote's, and the evidence of another kind.
        var policy = new NetworkPolicy(evidence.Terms);
        Assert.Contains((ulong)AttestationReason.Malformed, EvidenceAppraisal.OfEnclave(evidence with { Evidence = evidence.Evidence with { Endorsements = new byte[] { 0x80 } } }, policy).Reasons);
        Assert.Contains((ulong)AttestationReason.Collateral, EvidenceAppraisal.OfEnclave(evidence with { Evidence = evidence.Evidence with { Endorsements = IntelCollateralCbor.Encode(IntelCollateral.None) } }, policy).Reasons);
        Assert.Contains((ulong)AttestationReason.ReportData, EvidenceAppraisal.OfEnclave(evidence with { Evidence = evidence.Evidence with { HpkeKey = new byte[] { 1 } } }, policy).Reasons);
        Assert.False(EvidenceAppraisal.OfEnclave(evidence with { Qualified = evidence.Qualified with { Tee = TeeKind.SevSnp } }, policy).Accepted);

        // What an auditor looks up in newer revocation lists: platform, CA and root of both quotes, and the collateral's signers.
        Assert.Equal(2 * (3 + 2 + 2), EvidenceCertificates.Of(TeeKind.Tdx, evidence.Evidence, evidence.Qualified.Offer with { Platform = default }).Count);

        // A quote with which a machine showed its platform is none of an enclave for a task.
        EvidenceEntry platform = evidence.Evidence with { Report = evidence.Qualified.Offer.TeeReport, Endorsements = evidence.Qualified.Offer.TeeEndorsements };
        Assert.Contains((ulong)AttestationReason.ReportData, EvidenceAppraisal.OfEnclave(evidence with { Evidence = platform }, policy).Reasons);
    }

    private static void Reject(EvidenceSnapshot evidence, AttestationReason reason, TdxReference reference, TdxFloor floor) =>
        Assert.Equal([(ulong)reason], EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(Terms(evidence, reference, floor))).Reasons);

    private static NetworkTerms Terms(EvidenceSnapshot evidence, TdxReference reference, TdxFloor floor) => evidence.Terms with
    {
        ReferenceValues = [new ReferenceValue(TeeKind.Tdx, TdxTuples.Encode(reference))],
        Floors = [new FirmwareFloor(TeeKind.Tdx, TdxTuples.Encode(floor))],
    };

    // The machine is there before its launcher is.
    private sealed class LateLauncher(Func<IEnclaveLauncher> launcher) : IEnclaveLauncher
    {
        public ReadOnlyMemory<byte> Measurement => launcher().Measurement;

        public bool Fits(TaskLimits limits, long heldBytes) => launcher().Fits(limits, heldBytes);

        public Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation) => launcher().LaunchAsync(cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
