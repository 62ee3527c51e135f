using Errand.Attestation;
using Errand.Enclave;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A virtual machine that differs from the listed one in any part that is measured, as a verifier appraises it.</summary>
[Collection(NetworkSuite.Name)]
public sealed class MachineMeasurementTests(SharedNetwork shared)
{
    private static readonly VmProfile Profile = VmProfile.Emulated with { Mode = VmMode.SevSnp };

    [Theory]
    [InlineData("nothing")]
    [InlineData("kernel")]
    [InlineData("initrd")]
    [InlineData("command line")]
    [InlineData("firmware")]
    [InlineData("memory")]
    [InlineData("processor")]
    [InlineData("policy")]
    [InlineData("mode")]
    public async Task Machine_with_one_other_byte_or_another_shape_fails_the_check_of_the_measurement(string changed)
    {
        RunningNetwork network = await shared.HealthyAsync();
        using var folder = new TemporaryFolder();
        byte[] listed = Measure(folder.Path, "nothing"), measured = Measure(folder.Path, changed);
        using DevelopmentVendor vendor = TestVendor.Open();
        OfferSnapshot offer = network.OfferOf(NodeRoles.Executor);
        ReadOnlyMemory<byte> chip = shared.Tees.Single(tee => EvidenceAppraisal.ChipIdOf(tee.Good.ChipId.Span) == offer.Offer.ChipId).Good.ChipId;
        using var expected = new DevelopmentTee(vendor, new DevelopmentTeeOptions { ChipId = chip, Measurement = listed });
        using var tee = new DevelopmentTee(vendor, new DevelopmentTeeOptions { ChipId = chip, Measurement = measured });
        NetworkTerms terms = network.State.Terms with { ReferenceValues = [new ReferenceValue(Protocol.TeeKind.SevSnp, SnpTuples.Encode(expected.ToReference("a machine")))] };

        AppraisalFinding finding = EvidenceAppraisal.OfEnclave(Evidence(network, offer, tee, terms), new NetworkPolicy(terms));
        AttestationCheck check = Assert.Single(finding.Result.Checks, check => check.Reason == AttestationReason.Measurement || check.Name == "measurement");
        Assert.Equal(changed == "nothing" ? CheckOutcome.Passed : CheckOutcome.Failed, check.Outcome);
        Assert.Equal(changed != "nothing", finding.Reasons.Contains((ulong)AttestationReason.Measurement));
        if (changed != "nothing") Assert.NotEqual("", check.Explanation);
    }

    private static byte[] Measure(string root, string changed)
    {
        string folder = Path.Combine(root, changed);
        Directory.CreateDirectory(folder);
        string firmware = Path.Combine(folder, "firmware");
        foreach ((string name, string part) in new[] { (VmImage.KernelName, "kernel"), (VmImage.InitrdName, "initrd"), ("firmware", "firmware") })
        {
            byte[] content = [.. Enumerable.Range(0, 5000).Select(i => (byte)((i + name.Length) % 251))];
            if (changed == part) content[4321] ^= 1;
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
        File.WriteAllText(Path.Combine(folder, VmImage.CommandLineName), changed == "command line" ? "quiet panic=-2" : "quiet panic=-1");
        VmProfile profile = Profile with { Firmware = firmware };
        return VmImage.Open(folder).Measure(changed switch
        {
            "memory" => profile with { MemoryMiB = profile.MemoryMiB + 1 },
            "processor" => profile with { SnpProcessor = "EPYC-v3" },
            "policy" => profile with { SnpPolicy = 0x20000 },
            "mode" => profile with { Mode = VmMode.Tdx },
            _ => profile,
        });
    }

    private static EvidenceSnapshot Evidence(RunningNetwork network, OfferSnapshot offer, DevelopmentTee tee, NetworkTerms terms)
    {
        var task = new TaskId(new Bytes32([.. Enumerable.Repeat((byte)7, 32)]));
        byte[] key = [1, 2, 3];
        TeeEvidence evidence = tee.Report(EvidenceEntry.ReportData(network.State.Network, task, 1, offer.Node, default, key, offer.Node));
        var entry = new EvidenceEntry
        {
            Task = task,
            Attempt = 1,
            Report = evidence.Report,
            Endorsements = Endorsements.Encode(evidence),
            HpkeKey = key,
            ReceiptKey = offer.Node,
            Quote = new FreshQuote([1], [1]).Encode(),
        };
        return new EvidenceSnapshot(network.State.Network, task, offer.Node, default, entry, offer, network.State.Clock.Milliseconds, terms);
    }
}
