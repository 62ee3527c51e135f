using Errand.Attestation;
using Errand.Platform;
using Errand.Protocol;
using Errand.Tpm;

namespace Errand.Node.Tests;

/// <summary>What a person is told of machines that are fit, and of each thing that keeps one from being a node.</summary>
[Collection(NetworkSuite.Name)]
public sealed class MachineDoctorTests(SharedNetwork shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DevelopmentVendor _vendor = TestVendor.Open();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Genesis Genesis => shared.Running.State.Genesis;

    public void Dispose()
    {
        _vendor.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Fit_machine_is_fit_and_every_check_of_the_network_is_told()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        MachineReport report = await ExamineAsync(tpm, Genesis);
        Assert.True(report.IsFit, Text(report));
        foreach (string name in (string[])["tpm", "pcr-bank", "ek-certificate", "ek-chain", "challenge", "quote", "firmware-log", "secure-boot", "executor"])
            Assert.Equal(FindingOutcome.Good, Assert.Single(report.Findings, finding => finding.Name == name).Outcome);
        foreach (string name in (string[])["ek-template", "tpm-denied", "nonce", "pcr-selection", "pcr-zero", "event-log-replay", "event-log-separators", "secure-boot", "platform-reference"])
            Assert.Contains(report.Verdict!.Checks, check => check.Name == name);
        foreach (string name in (string[])["sev-snp-guest", "tdx-guest", "configfs-tsm", "sgx", "nitro", "sev-host", "kvm", "qemu", "vm-sev-snp", "vm-tdx", "vm-vtpm", "ima"]) Assert.Contains(report.Findings, finding => finding.Name == name);
        RequireRemedies(report);
    }

    [Fact]
    public async Task Secure_boot_that_is_off_is_told_and_rejected_where_the_network_requires_it()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System, boot: new DevelopmentBoot { SecureBoot = false });
        MachineReport free = await ExamineAsync(tpm, Genesis);
        Assert.True(free.IsFit, Text(free));
        MachineFinding finding = Assert.Single(free.Findings, finding => finding.Name == "secure-boot");
        Assert.Equal((FindingOutcome.Absent, "off"), (finding.Outcome, finding.What));
        MachineReport strict = await ExamineAsync(tpm, Genesis with { Platform = Genesis.Platform with { RequireSecureBoot = true } });
        RequireRejected(strict, AttestationReason.SecureBoot, "firmware's setup");
    }

    [Fact]
    public async Task Denied_tpm_and_unlisted_machine_state_are_rejected_with_what_to_change()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        byte[] denied = PlatformTuples.Encode(new DeniedTpm(DevelopmentTpm.Vendor, DevelopmentTpm.Model, null));
        RequireRejected(await ExamineAsync(tpm, Genesis with { DeniedTpms = [denied] }), AttestationReason.TpmDenied, "firmware");
        byte[] another = PlatformTuples.Encode(new PlatformReference { Name = "another machine", Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [4] = new byte[32] } });
        MachineReport unlisted = await ExamineAsync(tpm, Genesis with { Platform = Genesis.Platform with { Class = (int)PlatformClass.Platform, References = [another] } });
        RequireRejected(unlisted, AttestationReason.Measurement, "governance");
        Assert.Contains("another machine: PCR 4", unlisted.Verdict!.FirstFailure!.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tpm_of_a_vendor_that_the_network_does_not_pin_is_rejected()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        MachineReport report = await ExamineAsync(tpm, Genesis with { Roots = [.. Genesis.Roots.Where(root => root.PublicKeySha256 != _vendor.TpmRootDigest)] });
        Assert.False(report.IsFit);
        Assert.False(report.Verdict!.Accepted);
        Assert.NotEmpty(report.Verdict.FirstFailure!.Explanation);
    }

    [Fact]
    public async Task Missing_log_is_a_fault_and_leaves_nothing_to_judge()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        MachineReport report = await MachineDoctor.ExamineAsync(tpm.OpenDevice, Options(Genesis) with { EventLogFile = In("none") }, TimeProvider.System, Cancellation);
        RequireFault(report, "firmware-log", "securityfs");
        Assert.Null(report.Verdict);
    }

    [Fact]
    public async Task Log_of_another_boot_is_a_fault_and_rejected()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System), other = DevelopmentTpm.Create(_vendor, TimeProvider.System, boot: new DevelopmentBoot { Kernel = "another" });
        await File.WriteAllBytesAsync(In("log"), other.EventLog.ToArray(), Cancellation);
        MachineReport report = await MachineDoctor.ExamineAsync(tpm.OpenDevice, Options(Genesis), TimeProvider.System, Cancellation);
        RequireFault(report, "firmware-log", "this boot");
        RequireRejected(report, AttestationReason.EventLog, "this boot");
    }

    [Fact]
    public async Task Endorsement_hierarchy_with_an_unknown_value_is_a_fault_that_names_the_option()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        MachineReport report = await MachineDoctor.ExamineAsync(tpm.OpenDevice, Options(Genesis) with { EndorsementValue = "wrong"u8.ToArray() }, TimeProvider.System, Cancellation);
        RequireFault(report, "endorsement-hierarchy", "--endorsement-value");
    }

    [Fact]
    public async Task Tpm_without_a_certificate_is_a_fault()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        MachineReport report = await MachineDoctor.ExamineAsync(() => new EmptyNv(tpm.OpenDevice()), Options(Genesis), TimeProvider.System, Cancellation);
        RequireFault(report, "ek-certificate", "manufacturer");
    }

    [Fact]
    public void Lockout_is_told_and_is_no_fault()
    {
        var identity = new TpmIdentity(DevelopmentTpm.Vendor, "", 1, 3, 3);
        MachineFinding locked = MachineDoctor.Lockout(identity)!;
        Assert.Equal(FindingOutcome.Absent, locked.Outcome);
        Assert.Contains("tpm2_dictionarylockout", locked.Remedy, StringComparison.Ordinal);
        Assert.Null(MachineDoctor.Lockout(identity with { FailedTries = 2 }));
    }

    [Theory]
    [InlineData(true, FindingOutcome.Good)]
    [InlineData(false, FindingOutcome.Absent)]
    public void Executor_needs_a_tee_outside_development(bool development, FindingOutcome expected)
    {
        Assert.SkipWhen(!development && Path.Exists("/dev/sev"), "This machine starts SEV guests.");
        MachineFinding finding = TeeDevices.ExamineForExecutor(development);
        Assert.Equal(expected, finding.Outcome);
        Assert.Equal(development, finding.Remedy.Length == 0);
    }

    private async Task<MachineReport> ExamineAsync(DevelopmentTpm tpm, Genesis genesis)
    {
        await File.WriteAllBytesAsync(In("log"), tpm.EventLog.ToArray(), Cancellation);
        return await MachineDoctor.ExamineAsync(tpm.OpenDevice, Options(genesis), TimeProvider.System, Cancellation);
    }

    private MachineDoctorOptions Options(Genesis genesis) => new() { EventLogFile = In("log"), Genesis = genesis };

    private string In(string name) => Path.Combine(_folder.Path, name);

    private static void RequireFault(MachineReport report, string name, string remedy)
    {
        Assert.False(report.IsFit);
        MachineFinding fault = Assert.Single(report.Findings, finding => finding.Outcome == FindingOutcome.Fault);
        Assert.Equal(name, fault.Name);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
        RequireRemedies(report);
    }

    private static void RequireRejected(MachineReport report, AttestationReason reason, string change)
    {
        Assert.False(report.IsFit);
        Assert.Equal(reason, report.Verdict!.Reason);
        Assert.Contains(change, report.Verdict.FirstFailure!.Explanation, StringComparison.Ordinal);
    }

    private static void RequireRemedies(MachineReport report) =>
        Assert.All(report.Findings, finding => Assert.Equal(finding.Outcome == FindingOutcome.Good, finding.Remedy.Length == 0));

    private static string Text(MachineReport report) => string.Join('\n', report.Findings.Concat<object>(report.Verdict?.Checks ?? []));

    // A TPM that says of every NV index that there is none.
    private sealed class EmptyNv(ITpm tpm) : ITpm
    {
        private static readonly byte[] NvReadPublic = [0, 0, 0x01, 0x69], NoSuchHandle = [0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x8B];

        public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation) =>
            command.Span[6..10].SequenceEqual(NvReadPublic) ? NoSuchHandle : await tpm.TransmitAsync(command, cancellation);

        public ValueTask DisposeAsync() => tpm.DisposeAsync();
    }
}
