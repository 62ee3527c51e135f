using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Cryptography;
using Errand.Enclave;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Executors whose evidence is wrong, judged by the verifiers of a running network.</summary>
[Collection(NetworkSuite.Name)]
public sealed class EvidenceTests(SharedNetwork shared)
{
    [Fact]
    public Task T_21_evidence_of_another_chip_is_rejected_as_chip_mismatch() => RejectedAsync(AttestationReason.ChipMismatch,
        options => options with { ChipId = DevelopmentTee.DeriveChipId(SnpProductLine.Genoa, "another executor's chip"u8) });

    [Fact]
    public Task T_27_debug_enclave_is_rejected_as_debug() => RejectedAsync(AttestationReason.Debug,
        options => options with { Policy = new SnpGuestPolicy(0xB_0000) });

    [Fact]
    public Task T_28_migratable_enclave_is_rejected_as_migratable() => RejectedAsync(AttestationReason.Migratable,
        options => options with { Policy = new SnpGuestPolicy(0x7_0000) });

    [Fact]
    public Task T_29_other_measurement_is_rejected_as_measurement() => RejectedAsync(AttestationReason.Measurement,
        options => options with { Measurement = new byte[SnpReport.MeasurementSize] });

    [Fact]
    public async Task T_25_submit_with_other_recipients_is_rejected_as_report_data()
    {
        RunningNetwork network = await shared.HealthyAsync();
        using HpkePrivateKey thief = HpkePrivateKey.Generate(HpkeSuite.Default);
        SubmitEntry wanted = network.Task(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        // Even signed by the requester itself, another payload is another task.
        CoseSign1 other = EntrySigner.Sign(network.State.Network, network.Party("researcher").Key, 1, wanted with { Recipients = [thief.PublicKey.Encode()] });
        foreach (SwitchableLauncher launcher in shared.Launchers) launcher.Start = start => start with { SubmitEntry = other.Encoded.ToArray() };
        CoseSign1 frame = await network.PostAsync("researcher", wanted);
        TaskId task = TaskId.Of(network.State.Network, frame.Signer, frame.Payload);
        await RejectedAsync(network, task, AttestationReason.ReportData);
    }

    [Fact]
    public async Task T_39_development_evidence_under_production_roots_is_development_root()
    {
        RunningNetwork network = await shared.HealthyAsync();
        OfferSnapshot offer = network.OfferOf(NodeRoles.Executor);
        var accepting = new NetworkPolicy(network.State.Genesis);
        Assert.True(EvidenceAppraisal.OfOffer(offer, accepting, out _).Accepted);

        var production = new NetworkPolicy(network.State.Genesis with { Roots = [.. network.State.Genesis.Roots.Select(root => new PinnedRoot(root.Class, Development: false, new Bytes32(SHA256.HashData(root.PublicKeySha256.ToArray()))))] });
        AppraisalFinding finding = EvidenceAppraisal.OfOffer(offer, production, out VerifiedPlatform? platform);
        Assert.False(finding.Accepted);
        Assert.Null(platform);
        Assert.Contains((ulong)AttestationReason.DevelopmentRoot, finding.Reasons);
        Assert.DoesNotContain(finding.Result.Checks, check => check.Reason == AttestationReason.None && check.Outcome == CheckOutcome.Failed);
    }

    [Fact]
    public async Task T_90_tpm_on_the_deny_list_of_the_terms_is_tpm_denied()
    {
        RunningNetwork network = await shared.HealthyAsync();
        OfferSnapshot offer = network.OfferOf(NodeRoles.Verifier);
        Assert.Empty(Reasons(offer, offer.Terms with { DeniedTpms = [PlatformTuples.Encode(new DeniedTpm(DevelopmentTpm.Vendor, "another model", null))] }));
        Assert.Equal([AttestationReason.TpmDenied], Reasons(offer, offer.Terms with { DeniedTpms = [PlatformTuples.Encode(new DeniedTpm(DevelopmentTpm.Vendor, DevelopmentTpm.Model, null))] }));
    }

    [Fact]
    public async Task Machine_states_are_compared_with_the_list_of_the_terms()
    {
        RunningNetwork network = await shared.HealthyAsync();
        OfferSnapshot offer = network.OfferOf(NodeRoles.Verifier);
        EvidenceAppraisal.OfOffer(offer, new NetworkPolicy(offer.Terms), out VerifiedPlatform? platform);
        var listed = new PlatformReference { Name = "this machine", Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [0] = platform!.Pcrs[0], [7] = platform.Pcrs[7] } };
        var other = listed with { Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [0] = new byte[32] } };
        PlatformRule rule = offer.Terms.Platform with { Class = (int)PlatformClass.Platform };
        Assert.Empty(Reasons(offer, offer.Terms with { Platform = rule with { References = [PlatformTuples.Encode(other), PlatformTuples.Encode(listed)] } }));
        Assert.Equal([AttestationReason.Measurement], Reasons(offer, offer.Terms with { Platform = rule with { References = [PlatformTuples.Encode(other)] } }));
        Assert.Throws<ArgumentException>(() => new NetworkPolicy(offer.Terms with { Platform = rule with { References = [new byte[] { 0xA0 }] } }));
        Assert.Throws<ArgumentException>(() => new NetworkPolicy(offer.Terms with { DeniedTpms = [new byte[] { 0xA0 }] }));
    }

    private static AttestationReason[] Reasons(OfferSnapshot offer, NetworkTerms terms) =>
        [.. EvidenceAppraisal.OfOffer(offer, new NetworkPolicy(terms), out _).Reasons.Select(reason => (AttestationReason)reason)];

    private async Task RejectedAsync(AttestationReason reason, Func<DevelopmentTeeOptions, DevelopmentTeeOptions> change)
    {
        RunningNetwork network = await shared.HealthyAsync();
        using DevelopmentVendor vendor = TestVendor.Open();
        byte[] measurement = EnclaveImage.Measure(EnclaveImage.FindFolder());
        var bad = new List<DevelopmentTee>();
        foreach (SwitchableTee tee in shared.Tees)
        {
            bad.Add(new DevelopmentTee(vendor, change(new DevelopmentTeeOptions { ChipId = tee.Good.ChipId, Measurement = measurement })));
            tee.Bad = bad[^1];
        }
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await RejectedAsync(network, task, reason);
        foreach (SwitchableTee tee in shared.Tees) tee.Bad = null;
        foreach (DevelopmentTee tee in bad) tee.Dispose();
    }

    // Every verifier names this very reason, every attempt fails, and nothing is released or received.
    private static async Task RejectedAsync(RunningNetwork network, TaskId task, AttestationReason reason)
    {
        await network.EndedAsync(task);
        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Failed, TaskReason.Rejected), (state.Outcome, state.Reason));
        Assert.Equal(2, state.Attempts.Count);
        Assert.All(state.Attempts, attempt => Assert.Empty(attempt.Releases));
        VerdictEntry[] verdicts = [.. network.Applied<VerdictEntry>().Where(verdict => verdict.CaseId == task.Value)];
        Assert.InRange(verdicts.Length, 6, 14);
        Assert.All(verdicts, verdict =>
        {
            Assert.False(verdict.Accept);
            Assert.Contains((ulong)reason, verdict.Reasons);
        });
        Assert.Equal(-1, state.ReceiptPosition);
    }
}
