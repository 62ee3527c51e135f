using Errand.Client;
using Errand.Platform;
using Errand.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Node.Tests;

/// <summary>A network whose nodes prove themselves with a software TPM each.</summary>
public sealed class SwtpmNetworkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_qualify_with_swtpm_and_a_restart_resumes_the_same_boot()
    {
        Assert.SkipUnless(SwtpmTools.AreInstalled, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
        using var folder = new TemporaryFolder();
        using var passphrase = new Passphrase("correct horse");
        var options = new DevelopmentNetworkOptions { Folder = folder.Path, Passphrase = passphrase, Verifiers = 3, Executors = 1, VendorState = TestVendor.State, Tpm = DevelopmentTpmKind.Swtpm };
        var where = new DevelopmentFolder(folder.Path);

        await using (DevelopmentNetwork network = await StartAsync(options))
        {
            await network.UntilQualifiedAsync(Cancellation);
            Assert.Equal(4, RunningCount(where));
            Assert.Equal(new SwtpmAuthority(where.SwtpmAuthority).RootDigest, network.Genesis.Roots[0].PublicKeySha256);
        }
        Assert.Equal(0, RunningCount(where));

        // The kind is the network's: another one is refused, none takes what is there.
        DevelopmentNetworkException refused = await Assert.ThrowsAsync<DevelopmentNetworkException>(() => StartAsync(options with { Tpm = DevelopmentTpmKind.Process }));
        Assert.Equal("devnet/tpm-kind", refused.Code);
        await using (DevelopmentNetwork again = await StartAsync(options with { Tpm = null }))
        {
            await again.UntilQualifiedAsync(Cancellation);
            MachineReport report = await ExamineAsync(where, again.Genesis, issuers: true);
            Assert.True(report.IsFit, string.Join('\n', report.Findings.Concat<object>(report.Verdict?.Checks ?? [])));
            Assert.True(report.Verdict!.Accepted);
            MachineReport lost = await ExamineAsync(where, again.Genesis, issuers: false);
            Assert.False(lost.IsFit);
            Assert.Contains(lost.Findings, finding => finding is { Name: "ek-chain", Outcome: FindingOutcome.Fault });
            Assert.Equal(Attestation.AttestationReason.CertificateChain, lost.Verdict!.Reason);
        }
    }

    [Fact]
    public async Task Machine_without_a_tpm_is_told_what_to_do()
    {
        MachineReport report = await MachineDoctor.ExamineAsync(new MachineDoctorOptions { Device = "/dev/no-such-tpm" }, TimeProvider.System, Cancellation);
        MachineFinding tpm = report.Findings[0];
        Assert.Equal(("tpm", FindingOutcome.Fault), (tpm.Name, tpm.Outcome));
        Assert.NotEmpty(tpm.Remedy);
        Assert.False(report.IsFit);
        Assert.Null(report.Verdict);
        Assert.All(report.Findings.Where(finding => finding.Outcome != FindingOutcome.Good), finding => Assert.NotEmpty(finding.Remedy));
    }

    private static Task<DevelopmentNetwork> StartAsync(DevelopmentNetworkOptions options) => DevelopmentNetwork.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System);

    private static Task<MachineReport> ExamineAsync(DevelopmentFolder folder, Genesis genesis, bool issuers)
    {
        string tpm = Path.Combine(folder.Node("executor-1"), "tpm");
        return MachineDoctor.ExamineAsync(new MachineDoctorOptions
        {
            Device = Path.Combine(tpm, "socket"),
            EventLogFile = Path.Combine(tpm, "eventlog"),
            IssuerCertificates = issuers ? new SwtpmAuthority(folder.SwtpmAuthority).Certificates : [],
            Genesis = genesis,
        }, TimeProvider.System, Cancellation);
    }

    private static int RunningCount(DevelopmentFolder folder) => Directory.EnumerateFiles(folder.Nodes, "pid", SearchOption.AllDirectories)
        .Count(file => File.Exists($"/proc/{File.ReadAllText(file).Trim()}/cmdline") && File.ReadAllText($"/proc/{File.ReadAllText(file).Trim()}/cmdline").Contains(folder.Root, StringComparison.Ordinal));
}
