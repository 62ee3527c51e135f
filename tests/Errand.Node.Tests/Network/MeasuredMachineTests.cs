using Errand.Attestation;
using Errand.Enclave;
using Errand.Enclave.Tests;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node.Tests;

/// <summary>A network whose enclaves are virtual machines with a measured boot: what the committee says of what they booted.</summary>
public sealed class MeasuredMachineTests
{
    private static string? Missing => VmFiles.Missing
        ?? (VmHost.Examine(VmMode.Vtpm) is not VmHostFault.None and VmHostFault fault ? fault.Remedy() : null)
        ?? (!SwtpmTools.AreInstalled ? VmHostFault.NoSwtpm.Remedy() : null)
        ?? (!File.Exists(VmProfile.MeasuringFirmware) ? VmHostFault.NoFirmware.Remedy() : null);

    [Fact]
    public async Task T_29_committee_lets_the_listed_image_have_the_keys_and_rejects_every_other()
    {
        Assert.SkipWhen(Missing is not null, $"No machine with a TPM is booted here: {Missing}");
        SwitchableLauncher launcher = null!;
        await using RunningNetwork network = await RunningNetwork.StartAsync(change: options => options with
        {
            Verifiers = 4, Executors = 1, Enclave = DevelopmentEnclaveKind.VmVtpm, VmImageFolder = VmFiles.Folder,
            Times = times => times with { PauseEpochs = 1 },
            Launcher = (_, inner) => launcher = new SwitchableLauncher(inner),
        });
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(task, seconds: 400);
        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (state.Outcome, state.Reason));
        Assert.Equal("model.json", Assert.Single(network.OpenResult(task).Files).Name);

        EvidenceSnapshot evidence = network.EvidenceOf(task);
        Assert.Equal(TeeKind.DevelopmentVtpm, evidence.Qualified.Tee);
        Assert.True(EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(evidence.Terms)).Accepted);
        RejectOthers(evidence);

        // Now the executor really boots another command line.
        using var folder = new TemporaryFolder();
        VmImage other = Copy(folder.Path, "other", VmImage.CommandLineName);
        var template = new VmEnclaveOptions
        {
            Image = other, Profile = VmProfile.Vtpm, TpmState = Directory.GetFiles(network.Folder.NodeVtpm("executor-1"), "*.permall").Single(), Warn = _ => { }, StartTimeout = TimeSpan.FromMinutes(4),
        };
        await using var lying = new VmEnclaveLauncher(template);
        launcher.Instead = async cancellation => (await lying.LaunchAsync(cancellation)).Value!;
        TaskId second = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(second, seconds: 400);
        TaskState rejected = network.State.Tasks[second];
        Assert.Equal((TaskOutcome.Failed, TaskReason.Rejected), (rejected.Outcome, rejected.Reason));
        Assert.All(rejected.Attempts, attempt => Assert.Empty(attempt.Releases));
        VerdictEntry[] verdicts = [.. network.Applied<VerdictEntry>().Where(verdict => verdict.CaseId == second.Value)];
        Assert.NotEmpty(verdicts);
        Assert.All(verdicts, verdict => Assert.Contains((ulong)AttestationReason.Measurement, verdict.Reasons));
    }

    // What the network would have to list for another kernel, initrd, command line, firmware or shape, calculated: this evidence is not that.
    private static void RejectOthers(EvidenceSnapshot evidence)
    {
        Assert.True(PlatformTuples.TryDecodeReference(evidence.Terms.ReferenceValues[0].Tuple.Span, out PlatformReference? listed));
        ReadOnlyMemory<byte> firmware = listed.Pcrs[0];
        byte[] otherFirmware = firmware.ToArray();
        otherFirmware[7] ^= 1;
        using var folder = new TemporaryFolder();
        Reject(evidence, Of(Copy(folder.Path, "kernel", VmImage.KernelName), VmProfile.Vtpm, firmware), pcr: 4);
        Reject(evidence, Of(Copy(folder.Path, "initrd", VmImage.InitrdName), VmProfile.Vtpm, firmware), pcr: 9);
        Reject(evidence, Of(Copy(folder.Path, "command-line", VmImage.CommandLineName), VmProfile.Vtpm, firmware), pcr: 9);
        VmImage same = Copy(folder.Path, "same", null);
        Reject(evidence, Of(same, VmProfile.Vtpm, otherFirmware), pcr: 0);
        // QEMU writes where the initrd lies into the kernel's boot header, which depends on the memory below four gigabytes.
        Reject(evidence, Of(same, VmProfile.Vtpm with { MemoryMiB = 192 }, firmware), pcr: 4);
        Assert.True(EvidenceAppraisal.OfEnclave(evidence with { Terms = Terms(evidence, Of(same, VmProfile.Vtpm, firmware)) }, new NetworkPolicy(Terms(evidence, Of(same, VmProfile.Vtpm, firmware)))).Accepted);

        // Without reference values of the kind there are no such machines, whatever roots are pinned; and the kind is the registered one.
        NetworkTerms none = evidence.Terms with { ReferenceValues = [] };
        Assert.Contains((ulong)AttestationReason.TeeKind, EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(none)).Reasons);
        EvidenceSnapshot renamed = evidence with { Qualified = evidence.Qualified with { Tee = TeeKind.SevSnp } };
        Assert.False(EvidenceAppraisal.OfEnclave(renamed, new NetworkPolicy(evidence.Terms)).Accepted);
        EvidenceSnapshot unknown = evidence with { Qualified = evidence.Qualified with { Tee = TeeKind.Tdx } };
        Assert.False(EvidenceAppraisal.OfEnclave(unknown, new NetworkPolicy(evidence.Terms)).Accepted);
        Assert.Throws<ArgumentException>(() => new NetworkPolicy(evidence.Terms with { Floors = [new FirmwareFloor(TeeKind.DevelopmentVtpm, new byte[] { 0x80 })] }));
    }

    private static void Reject(EvidenceSnapshot evidence, PlatformReference reference, int pcr)
    {
        AppraisalFinding finding = EvidenceAppraisal.OfEnclave(evidence, new NetworkPolicy(Terms(evidence, reference)));
        Assert.Equal([(ulong)AttestationReason.Measurement], finding.Reasons);
        AttestationCheck failed = Assert.Single(finding.Result.Checks, check => check.Outcome == CheckOutcome.Failed);
        Assert.Equal("vtpm-reference", failed.Name);
        Assert.Contains($"PCR {pcr}]", failed.Actual, StringComparison.Ordinal);
    }

    private static NetworkTerms Terms(EvidenceSnapshot evidence, PlatformReference reference) =>
        evidence.Terms with { ReferenceValues = [new ReferenceValue(TeeKind.DevelopmentVtpm, PlatformTuples.Encode(reference))] };

    private static PlatformReference Of(VmImage image, VmProfile profile, ReadOnlyMemory<byte> firmware)
    {
        VmReferences references = VmReferences.Calculate(image, profile, out _)!;
        return new PlatformReference { Name = "another", Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [0] = firmware, [4] = references.Pcr4Filled, [9] = references.Pcr9 } };
    }

    // The image with one byte of a file changed; null for none.
    private static VmImage Copy(string root, string name, string? changed)
    {
        VmImage image = VmImage.Open(VmFiles.Folder);
        string folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        foreach (string file in (string[])[VmImage.KernelName, VmImage.InitrdName, VmImage.CommandLineName])
        {
            byte[] bytes = File.ReadAllBytes(file == VmImage.KernelName ? image.Kernel : file == VmImage.InitrdName ? image.Initrd : Path.Combine(VmFiles.Folder, VmImage.CommandLineName));
            // The time stamp of the kernel's PE header, the initrd's last byte, and of the command line the last digit of panic=-1.
            if (file == changed) bytes[file == VmImage.KernelName ? BitConverter.ToInt32(bytes, 0x3C) + 8 : file == VmImage.InitrdName ? bytes.Length - 1 : bytes.AsSpan().IndexOf("panic=-1"u8) + 7] ^= 3;
            File.WriteAllBytes(Path.Combine(folder, file), bytes);
        }
        return VmImage.Open(folder);
    }
}
