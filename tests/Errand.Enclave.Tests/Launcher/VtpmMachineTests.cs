using System.Diagnostics;
using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Platform;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>Virtual machines whose firmware measured what they booted into a software TPM, and which report of it themselves.</summary>
public sealed class VtpmMachineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-vtpm").FullName;
    private readonly DevelopmentVendor _vendor = DevelopmentVendor.Create(new byte[DevelopmentVendor.SeedSize]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string? Missing => VmFiles.Missing
        ?? (VmHost.Examine(VmMode.Vtpm) is not VmHostFault.None and VmHostFault fault ? fault.Remedy() : null)
        ?? (!SwtpmTools.AreInstalled ? VmHostFault.NoSwtpm.Remedy() : null)
        ?? (!File.Exists(VmProfile.MeasuringFirmware) ? VmHostFault.NoFirmware.Remedy() : null);

    public void Dispose()
    {
        _vendor.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Task_runs_on_evidence_of_the_boot_and_a_changed_byte_of_what_booted_is_rejected()
    {
        Assert.SkipWhen(Missing is not null, $"No machine with a TPM is booted here: {Missing}");
        VtpmTemplate template = await VtpmTemplate.OpenAsync(Path.Combine(_folder, "tpm"), _vendor, TimeProvider.System, Cancellation);
        VmImage image = VmImage.Open(VmFiles.Folder);
        using TaskFixture task = TaskFixture.OfText(Apps.Copy, "PLAINTXT"u8.ToArray());
        EnclaveMessage.ReportRequest request;
        await using (var launcher = new VmEnclaveLauncher(Options(image, template)))
        {
            await using IEnclaveSession session = (await launcher.LaunchAsync(Cancellation)).Value!;
            (AbortReason reason, EnclaveMessage.ReportRequest? prepared) = await task.PrepareAsync(session);
            Assert.True(reason == AbortReason.None, session.Diagnostics);
            request = prepared!;
            foreach (SealedAsset asset in task.Assets) Assert.Equal(AbortReason.None, await session.SendReleaseAsync(asset.Id, task.Release(asset, request), Cancellation));
            TaskResult result = await task.FinishAsync(session, request);
            Assert.Equal(OutcomeCode.Ok, result.Receipt!.Outcome);
            Assert.Equal("PLAINTXT"u8.ToArray(), result.File("f"));
            Assert.Contains(GuestTee.OwnReports, session.Diagnostics, StringComparison.Ordinal);
        }

        Assert.Equal(TsmProvider.DevelopmentVtpm, request.Taken!.Provider);
        var evidence = new TeeEvidence(Attestation.TeeKind.DevelopmentVtpm, request.Taken.Report, template.Certificates);
        Assert.True(TeeEvidence.TryParse(evidence.Encode(), out TeeEvidence? read));
        Assert.Equal(evidence.Encode(), read.Encode());
        Assert.True(VtpmReport.TryParse(evidence.Report.Span, out VtpmReport? report));
        PlatformReference reference = Reference(image, report.Pcrs[0]);
        TeeAppraisal accepted = Appraise(evidence, request, reference);
        Assert.True(accepted.Result.Accepted, accepted.Result.FirstFailure?.ToString());
        Assert.True(accepted.IsDevelopment);
        Assert.Equal(request.ReportData.ToArray(), accepted.ReportData!.Value.ToArray());

        // What another byte in each file would have given, calculated, is not what this machine booted.
        string other = Copy(image, "other", _ => { });
        (string File, int Pcr)[] parts = [(VmImage.KernelName, 4), (VmImage.InitrdName, 9), (VmImage.CommandLineName, 9)];
        foreach ((string file, int pcr) in parts)
        {
            string changed = Copy(image, file + "-changed", folder => ChangeByte(Path.Combine(folder, file), file));
            Reject(evidence, request, Reference(VmImage.Open(changed), report.Pcrs[0]), pcr);
        }
        Assert.True(Appraise(evidence, request, Reference(VmImage.Open(other), report.Pcrs[0])).Result.Accepted);
        byte[] firmware = report.Pcrs[0].ToArray();
        firmware[31] ^= 1;
        Reject(evidence, request, Reference(image, firmware), 0);

        RefuseOthers(evidence, request, reference);

        // And a machine that really booted another command line: its own evidence says so.
        string listed = Copy(image, "listed", folder => File.AppendAllText(Path.Combine(folder, VmImage.CommandLineName), " init=/init"));
        using TaskFixture second = TaskFixture.OfText(Apps.Copy);
        await using (var launcher = new VmEnclaveLauncher(Options(VmImage.Open(listed), template)))
        {
            await using IEnclaveSession session = (await launcher.LaunchAsync(Cancellation)).Value!;
            EnclaveMessage.ReportRequest asked = (await session.StartAsync(second.Start, Cancellation)).Value!;
            TeeEvidence made = evidence with { Report = asked.Taken!.Report };
            Reject(made, asked, reference, 9);
            AttestationResult own = Appraise(made, asked, Reference(VmImage.Open(listed), report.Pcrs[0])).Result;
            Assert.True(own.Accepted, own.FirstFailure?.ToString());
        }
    }

    [Fact]
    public async Task Tpm_ends_with_its_machine_and_one_that_never_had_a_machine_is_ended_by_the_next_start()
    {
        Assert.SkipWhen(Missing is not null, $"No machine with a TPM is started here: {Missing}");
        VtpmTemplate template = await VtpmTemplate.OpenAsync(Path.Combine(_folder, "tpm"), _vendor, TimeProvider.System, Cancellation);
        byte[] state = await File.ReadAllBytesAsync(template.StateFile, Cancellation);
        // Opened again it is the same TPM, with the same certificate.
        VtpmTemplate again = await VtpmTemplate.OpenAsync(Path.Combine(_folder, "tpm"), _vendor, TimeProvider.System, Cancellation);
        Assert.Equal(template.Certificates[0].ToArray(), again.Certificates[0].ToArray());

        using Process lonely = Started(Directory.CreateDirectory(Path.Combine(_folder, "a")).FullName, template, out EnclaveTpm alone);
        LeftBehindMachine.End(Path.Combine(_folder, "b"));
        LeftBehindMachine.End(_folder);
        Assert.False(lonely.HasExited);
        LeftBehindMachine.End(Path.Combine(_folder, "a"));
        await lonely.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        alone.Dispose();

        await using EnclaveMachine machine = EnclaveMachine.Start(Options(VmImage.Open(VmFiles.Folder), template));
        Stream port = (await machine.ConnectAsync(TimeProvider.System, Cancellation))!;
        // QEMU has long been at the TPM by then; one that is killed before it ever was leaves it to whoever disposes of the machine, or to the next start.
        Assert.True(await new HostChannel(port, port).WaitForHelloAsync(Cancellation), machine.Diagnostics);
        using Process tpm = Process.GetProcessById(machine.TpmId!.Value);
        using (Process qemu = Process.GetProcessById(machine.Id)) qemu.Kill();
        await tpm.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        await machine.DisposeAsync();
        Assert.False(Directory.Exists(machine.StateFolder));
        // What machines do to their TPMs is not done to the one they are copies of.
        Assert.Equal(state, await File.ReadAllBytesAsync(template.StateFile, Cancellation));
    }

    [Fact]
    public void Machine_with_a_tpm_needs_a_state_for_it()
    {
        Assert.SkipWhen(Missing is not null, $"No machine with a TPM is started here: {Missing}");
        Assert.Throws<ArgumentException>(() => new VmEnclaveLauncher(VmFiles.Options() with { Profile = VmProfile.Vtpm }));
        Assert.Equal(VmHostFault.NoFirmware, Assert.Throws<VmHostException>(() => new VmEnclaveLauncher(VmFiles.Options() with { Profile = VmProfile.Vtpm with { Firmware = "/none" } })).Fault);
    }

    private static Process Started(string folder, VtpmTemplate template, out EnclaveTpm tpm)
    {
        tpm = EnclaveTpm.Start(folder, template.StateFile);
        return Process.GetProcessById(tpm.Id);
    }

    private void RefuseOthers(TeeEvidence evidence, EnclaveMessage.ReportRequest request, PlatformReference reference)
    {
        // A network for production knows neither the kind nor the root; one that pins the root as a vendor's takes it no more.
        Assert.Equal(AttestationReason.TeeKind, Reason(evidence, Policy(request, reference) with { DevelopmentVtpm = null }));
        Assert.Equal(AttestationReason.DevelopmentRoot, Reason(evidence, Policy(request, reference) with { Roots = TrustedRoots.Vendors }));
        Assert.Equal(AttestationReason.TeeKind, Reason(evidence, Policy(request, reference) with { Roots = TrustedRoots.None.Pin(RootClass.DevelopmentVtpm, "a vendor", _vendor.VtpmRootDigest) }));
        Assert.Equal(AttestationReason.RootClass, Reason(evidence, Policy(request, reference) with { Roots = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.TpmHardware, "of TPMs", _vendor.VtpmRootDigest) }));

        VtpmPolicy rules = Policy(request, reference).DevelopmentVtpm!;
        Assert.Equal(AttestationReason.ReportData, Reason(evidence, Policy(request, reference) with { DevelopmentVtpm = rules with { ReportData = new byte[64] } }));
        Assert.Equal(AttestationReason.ChipMismatch, Reason(evidence, Policy(request, reference) with { DevelopmentVtpm = rules with { TpmId = new byte[64] } }));
        Assert.Equal(AttestationReason.Measurement, Reason(evidence, Policy(request, reference) with { DevelopmentVtpm = rules with { References = [] } }));
        foreach (int index in VtpmAppraiser.DecisivePcrs.Indices())
        {
            PlatformReference partial = reference with { Pcrs = reference.Pcrs.Where(pair => pair.Key != index).ToDictionary() };
            Reject(evidence, request, partial, index);
        }

        Assert.True(VtpmReport.TryParse(evidence.Report.Span, out VtpmReport? report));
        byte[] log = report.EventLog.ToArray();
        log[^1] ^= 1;
        (AttestationReason Reason, VtpmReport Report)[] altered =
        [
            (AttestationReason.QuoteSignature, report with { Attest = Flip(report.Attest) }),
            (AttestationReason.QuoteSignature, report with { Signature = Flip(report.Signature) }),
            (AttestationReason.PcrDigest, report with { Pcrs = new PcrBank(TpmAlgorithm.Sha256, VtpmReport.QuotedPcrs.Indices().Select(index => KeyValuePair.Create(index, index == 9 ? new byte[32] : report.Pcrs[index]))) }),
            (AttestationReason.EventLog, report with { EventLog = new byte[] { 1, 2, 3 } }),
        ];
        foreach ((AttestationReason reason, VtpmReport made) in altered) Assert.Equal(reason, Reason(evidence with { Report = made.Encode() }, Policy(request, reference)));

        // Another TPM's certificate, an EK's, an authority's, none.
        using DevelopmentTpm another = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        Assert.Equal(AttestationReason.RootClass, Reason(evidence with { Certificates = another.EkCertificateChain }, Policy(request, reference) with { Roots = _vendor.DangerousPinInto(TrustedRoots.None) }));
        Assert.Equal(AttestationReason.AkAttributes, Reason(evidence with { Certificates = [evidence.Certificates[1]] }, Policy(request, reference)));
        Assert.Equal(AttestationReason.Malformed, Reason(evidence with { Certificates = [] }, Policy(request, reference)));
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ReadOnlyMemory<byte> certified = _vendor.IssueAk(new System.Security.Cryptography.X509Certificates.PublicKey(stranger), [1]);
        Assert.Equal(AttestationReason.AkAttributes, Reason(evidence with { Certificates = [certified, evidence.Certificates[1]] }, Policy(request, reference)));
    }

    private static byte[] Flip(ReadOnlyMemory<byte> bytes)
    {
        byte[] changed = bytes.ToArray();
        changed[^1] ^= 1;
        return changed;
    }

    private void Reject(TeeEvidence evidence, EnclaveMessage.ReportRequest request, PlatformReference reference, int pcr)
    {
        AttestationResult rejected = Appraise(evidence, request, reference).Result;
        Assert.Equal(AttestationReason.Measurement, rejected.Reason);
        Assert.Equal("vtpm-reference", rejected.FirstFailure!.Name);
        Assert.Contains($"PCR {pcr}]", rejected.FirstFailure.Actual, StringComparison.Ordinal);
    }

    private static AttestationReason Reason(TeeEvidence evidence, TeePolicy policy) => TeeAppraiser.Appraise(evidence, policy, TimeProvider.System.GetUtcNow()).Result.Reason;

    private TeeAppraisal Appraise(TeeEvidence evidence, EnclaveMessage.ReportRequest request, PlatformReference reference) =>
        TeeAppraiser.Appraise(evidence, Policy(request, reference), TimeProvider.System.GetUtcNow());

    private TeePolicy Policy(EnclaveMessage.ReportRequest request, PlatformReference reference) => new()
    {
        Roots = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.DevelopmentVtpm, "virtual TPMs", _vendor.VtpmRootDigest),
        SevSnp = null,
        DevelopmentVtpm = new VtpmPolicy { References = [reference], TpmId = null, ReportData = request.ReportData },
    };

    // PCR 0 is the firmware's, taken from a boot; 4 and 9 are calculated from the image's files. QEMU 7.2 fills in the kernel's boot header.
    private static PlatformReference Reference(VmImage image, ReadOnlyMemory<byte> firmware)
    {
        var boot = new DirectBoot(File.ReadAllBytes(image.Kernel), File.ReadAllBytes(image.Initrd), image.CommandLine);
        ReadOnlyMemory<byte> filled = LinuxBootHeader.TryFill(boot.Kernel.Span, boot.Initrd.Length, (ulong)VmProfile.Vtpm.MemoryMiB << 20)!;
        PcrBank pcrs = PcrCalculator.Calculate(boot with { Kernel = filled }, TpmAlgorithm.Sha256, out _)!;
        return new PlatformReference { Name = "image", Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [0] = firmware, [4] = pcrs[4], [9] = pcrs[9] } };
    }

    private static void ChangeByte(string path, string name)
    {
        byte[] bytes = File.ReadAllBytes(path);
        // The time stamp of the kernel's PE header, the initrd's last byte, a letter of the command line.
        int at = name == VmImage.KernelName ? BitConverter.ToInt32(bytes, 0x3C) + 8 : name == VmImage.InitrdName ? bytes.Length - 1 : 3;
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private string Copy(VmImage image, string name, Action<string> change)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.Copy(image.Kernel, Path.Combine(folder, VmImage.KernelName));
        File.Copy(image.Initrd, Path.Combine(folder, VmImage.InitrdName));
        File.WriteAllText(Path.Combine(folder, VmImage.CommandLineName), image.CommandLine);
        change(folder);
        return folder;
    }

    private static VmEnclaveOptions Options(VmImage image, VtpmTemplate template) =>
        VmFiles.Options() with { Image = image, Profile = VmProfile.Vtpm, TpmState = template.StateFile };
}
