using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Client;
using Errand.Enclave.Tests;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Tpm;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Node.Tests;

/// <summary>Nodes outside a development network's host: enrolled with a swtpm, living from its HTTP door.</summary>
public sealed class EnrolmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Passphrase _passphrase = new("correct horse");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevelopmentFolder Development => new(In("net"));

    public void Dispose()
    {
        _passphrase.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Verifier_is_enrolled_qualifies_survives_restarts_and_is_locked_out_by_another_boot()
    {
        await using DevelopmentNetwork network = await StartNetworkAsync();
        using KeyStore operatorStore = KeyStore.Create(In("operator"), _passphrase.Characters);
        using Identity operatorKeys = Identity.Create(operatorStore);
        var authority = new SwtpmAuthority(Development.SwtpmAuthority);
        await using SwtpmMachine machine = await SwtpmMachine.StartAsync(In("tpm"), authority, new DevelopmentBoot(), TimeProvider.System, Cancellation);
        var folder = new NodeFolder(In("node"));
        EnrolmentOptions options = Options(network, folder, operatorKeys) with
        {
            Tpm = new NodeTpmPlace { Address = $"unix:{machine.Server}", EventLogFile = machine.EventLogFile, IssuersFolder = Development.SwtpmAuthority },
            RecoveryFolder = In("recovery"),
            RecoveryPassphrase = _passphrase,
        };

        // Nobody has sponsored the operator; then a listed one has.
        Assert.Equal("enrol/unknown-operator", (await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(options))).Code);
        await SponsorAsync(network, operatorKeys.PublicKey);
        NodeFile file = await EnrolAsync(options);
        Assert.Equal("enrol/exists", (await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(options))).Code);

        await RunUntilAsync(network, folder, file, node => node.Offers == 1);
        // Stopped and started on the same boot: the same node, and nothing to prove.
        await RunUntilAsync(network, folder, file, node => node.Offers == 1);

        // The same system, started again: the keys open, and what no longer matches the proof is offered anew, long before half time.
        await machine.RebootAsync(new DevelopmentBoot(), Cancellation);
        await RunUntilAsync(network, folder, file, node => node.Offers == 2);

        // Another boot loader or kernel gets no keys, and is told what to do.
        await machine.RebootAsync(new DevelopmentBoot { Kernel = "vmlinuz-other" }, Cancellation);
        TpmException locked = await Assert.ThrowsAsync<TpmException>(() => StartNodeAsync(folder));
        Assert.Equal(TpmError.SealedToOtherState, locked.Error);
        Assert.Contains("errand node restore", locked.Remedy, StringComparison.Ordinal);
        Assert.Equal("node/other-keys", (await Assert.ThrowsAsync<EnrolmentException>(() => NodeEnrolment.RestoreAsync(folder, operatorStore, TimeProvider.System, Cancellation))).Code);
        using (KeyStore recovery = KeyStore.Open(In("recovery"), _passphrase.Characters)) await NodeEnrolment.RestoreAsync(folder, recovery, TimeProvider.System, Cancellation);
        await RunUntilAsync(network, folder, file, node => node.Offers == 3);

        // An operator runs one verifier.
        EnrolmentException second = await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(options with { Folder = new NodeFolder(In("second")) }));
        Assert.Equal("enrol/operator-has-verifier", second.Code);
    }

    [Fact]
    public async Task T_79_tpm_that_backs_a_node_is_refused_for_another_and_the_doctor_names_its_node()
    {
        await using DevelopmentNetwork network = await StartNetworkAsync();
        using KeyStore firstStore = KeyStore.Create(In("first"), _passphrase.Characters), secondStore = KeyStore.Create(In("second"), _passphrase.Characters);
        using Identity first = Identity.Create(firstStore), second = Identity.Create(secondStore);
        await SponsorAsync(network, first.PublicKey);
        await SponsorAsync(network, second.PublicKey, "verifier-2");
        await using SwtpmMachine machine = await SwtpmMachine.StartAsync(In("tpm"), new SwtpmAuthority(Development.SwtpmAuthority), new DevelopmentBoot(), TimeProvider.System, Cancellation);
        var place = new NodeTpmPlace { Address = $"unix:{machine.Server}", EventLogFile = machine.EventLogFile, IssuersFolder = Development.SwtpmAuthority };
        NodeFile file = await EnrolAsync(Options(network, new NodeFolder(In("node")), first) with { Tpm = place });
        await RunUntilAsync(network, new NodeFolder(In("node")), file, node => node.EkId is not null);

        EnrolmentException refused = await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(Options(network, new NodeFolder(In("other")), second) with { Tpm = place }));
        Assert.Equal("refused/ek-in-use", refused.Code);
        Assert.Contains(file.Node, refused.What, StringComparison.Ordinal);
        Assert.False(File.Exists(new NodeFolder(In("other")).File));

        using ErrandClient client = await ErrandClient.ConnectAsync(new Uri(network.Address), null, TimeProvider.System, Cancellation);
        await client.SyncAsync(Cancellation);
        MachineReport report = await MachineDoctor.ExamineAsync(new MachineDoctorOptions
        {
            Device = machine.Server.ToString(),
            EventLogFile = machine.EventLogFile,
            IssuerCertificates = CertificateFiles.ReadFolder(Development.SwtpmAuthority),
            Genesis = client.Genesis,
            State = client.State,
        }, TimeProvider.System, Cancellation);
        MachineFinding holder = Assert.Single(report.Findings, finding => finding.Name == "tpm-free");
        Assert.Equal(FindingOutcome.Absent, holder.Outcome);
        Assert.Contains(file.Node, holder.What, StringComparison.Ordinal);
        Assert.True(report.IsFit);

        // Retired, its TPM cools down.
        using (EnrolledIdentity node = await EnrolledIdentity.OpenAsync(new NodeFolder(In("node")), machine, Development, Cancellation))
            await client.MustPublishAsync(node.Identity.Key, new RetireEntry(), Cancellation);
        Assert.Equal("refused/ek-cooldown", (await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(Options(network, new NodeFolder(In("third")), second) with { Tpm = place }))).Code);
    }

    [Fact]
    public async Task Node_that_offers_its_kernels_measurement_list_is_judged_by_it()
    {
        await using DevelopmentNetwork network = await StartNetworkAsync();
        using KeyStore store = KeyStore.Create(In("operator"), _passphrase.Characters);
        using Identity operatorKeys = Identity.Create(store);
        await SponsorAsync(network, operatorKeys.PublicKey);
        await using SwtpmMachine machine = await SwtpmMachine.StartAsync(In("tpm"), new SwtpmAuthority(Development.SwtpmAuthority), new DevelopmentBoot(), TimeProvider.System, Cancellation);
        var tpm = new TpmClient(machine.Tpm, TimeProvider.System);
        PcrBank boot = await tpm.ReadPcrsAsync(TpmAlgorithm.Sha256, PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), Cancellation);
        await MeasureAsync(ImaEntry.BootAggregate, SHA256.HashData(boot.Concatenate(boot.Pcrs)));
        await MeasureAsync("/usr/bin/errand", SHA256.HashData("errand"u8));
        var folder = new NodeFolder(In("node"));
        EnrolmentOptions options = Options(network, folder, operatorKeys) with
        {
            Tpm = new NodeTpmPlace { Address = $"unix:{machine.Server}", EventLogFile = machine.EventLogFile, ImaFile = In("ima"), IssuersFolder = Development.SwtpmAuthority },
        };
        // What ran and is not on the list shows before anything is offered.
        await File.WriteAllBytesAsync(In("cut"), (await File.ReadAllBytesAsync(In("ima"), Cancellation))[..^91], Cancellation);
        EnrolmentException hidden = await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(options with { Tpm = options.Tpm with { ImaFile = In("cut") } }));
        Assert.StartsWith("reject/", hidden.Code, StringComparison.Ordinal);
        NodeFile file = await EnrolAsync(options);
        await RunUntilAsync(network, folder, file, node => node.Proven);
        OfferEntry? offer = null;
        foreach (LedgerEntry entry in await network.Ledger.ReadAsync(0, LedgerLimits.ReadCountMax, Cancellation))
            if (PreparedEntry.Prepare(network.Genesis.NetworkId(), entry.Bytes.Span) is { Body: OfferEntry made } prepared && prepared.Signer == file.NodeKey) offer = made;
        Assert.True(PlatformEvidence.TryParse(offer!.Platform.Span, out PlatformEvidence? evidence));
        Assert.Equal(2, ImaLog.TryParse(evidence.Ima!.List.Span)!.Entries.Count);

        async Task MeasureAsync(string path, byte[] digest)
        {
            await File.AppendAllBytesAsync(In("ima"), DevelopmentImaEntry.Encode(path, digest, out byte[] extended), Cancellation);
            await tpm.ExtendPcrAsync(ImaVerifier.PcrIndex, TpmAlgorithm.Sha256, extended, Cancellation);
        }
    }

    [Fact]
    public async Task Stolen_folder_does_not_run_on_another_machine_and_nothing_runs_without_a_vouch()
    {
        await using DevelopmentNetwork network = await StartNetworkAsync();
        using KeyStore operatorStore = KeyStore.Create(In("operator"), _passphrase.Characters);
        using Identity operatorKeys = Identity.Create(operatorStore);
        await SponsorAsync(network, operatorKeys.PublicKey);
        var folder = new NodeFolder(In("node"));
        NodeFile file = await EnrolAsync(Options(network, folder, operatorKeys) with { OperatorKey = null });
        Assert.Null(file.Vouch);
        Assert.Equal("node/no-vouch", (await Assert.ThrowsAsync<EnrolmentException>(() => StartNodeAsync(folder))).Code);
        Assert.Equal("node/vouch", Assert.Throws<EnrolmentException>(() => file.WithVouch(network.Genesis.NetworkId(), new string('0', 128))).Code);
        var vouch = new byte[64];
        operatorKeys.Key.Sign(RegisterEntry.VouchMessage(network.Genesis.NetworkId(), new PublicKey(Bytes32.TryParseHex(file.Node, out Bytes32 id) ? id : default), NodeRoles.Verifier), vouch);
        file = file.WithVouch(network.Genesis.NetworkId(), Convert.ToHexStringLower(vouch));

        // The disk in another machine of the same make.
        (file with { Tpm = file.Tpm with { Address = $"swtpm:{In("other-tpm")}" } }).Write(folder);
        TpmException stolen = await Assert.ThrowsAsync<TpmException>(() => StartNodeAsync(folder));
        Assert.Equal(TpmError.SealedElsewhere, stolen.Error);

        // A machine that the network's root has not certified is not enrolled.
        EnrolmentException foreign = await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(Options(network, new NodeFolder(In("foreign")), operatorKeys) with
        {
            Tpm = new NodeTpmPlace { Address = $"swtpm:{In("foreign-tpm")}", SwtpmAuthorityFolder = In("foreign-authority") },
        }));
        Assert.Equal("reject/root-class", foreign.Code);
    }

    [Fact]
    public async Task Executor_in_a_process_of_its_own_is_enrolled_and_qualifies()
    {
        await using DevelopmentNetwork network = await StartNetworkAsync();
        using KeyStore operatorStore = KeyStore.Create(In("operator"), _passphrase.Characters);
        using Identity operatorKeys = Identity.Create(operatorStore);
        await SponsorAsync(network, operatorKeys.PublicKey);
        var folder = new NodeFolder(In("node"));
        NodeFile file = await EnrolAsync(Options(network, folder, operatorKeys) with { Role = NodeRoles.Executor, DevelopmentTee = Development.Root, DataFolder = _folder.Path });
        await RunUntilAsync(network, folder, file, node => node.ChipId is not null);
    }

    [Fact]
    public async Task Executor_s_TEE_is_named_once_and_its_machines_are_ones_that_the_network_lists()
    {
        await using DevelopmentNetwork network = await StartNetworkAsync();
        using KeyStore operatorStore = KeyStore.Create(In("operator"), _passphrase.Characters);
        using Identity operatorKeys = Identity.Create(operatorStore);
        await SponsorAsync(network, operatorKeys.PublicKey);
        EnrolmentOptions options = Options(network, new NodeFolder(In("node")), operatorKeys) with { Role = NodeRoles.Executor, DataFolder = _folder.Path };
        var confidential = new NodeMachines { Tee = NodeMachines.SevSnp, Image = In("image"), Firmware = In("firmware") };
        foreach (EnrolmentOptions wrong in new[] { options, options with { DevelopmentTee = Development.Root, Machines = confidential }, options with { Machines = confidential, DataFolder = null }, options with { Machines = confidential with { Tee = NodeMachines.Development } } })
            Assert.Equal("enrol/executor", (await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(wrong))).Code);
        Assert.Equal("node/machines", (await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(options with { Machines = confidential }))).Code);

        Assert.SkipWhen(VmFiles.Missing is not null, $"No machine is booted here: {VmFiles.Missing}");
        // A network of processes lists no machines.
        EnrolmentOptions ordinary = options with { DevelopmentTee = Development.Root, Machines = new NodeMachines { Tee = NodeMachines.Development, Image = VmFiles.Folder } };
        Assert.Equal("enrol/not-listed", (await Assert.ThrowsAsync<EnrolmentException>(() => EnrolAsync(ordinary))).Code);
        Assert.False(File.Exists(options.Folder.File));
    }

    [Fact]
    public async Task Executor_of_virtual_machines_in_a_process_of_its_own_is_enrolled_and_qualifies()
    {
        Assert.SkipWhen(VmFiles.Missing is not null, $"No machine is booted here: {VmFiles.Missing}");
        await using DevelopmentNetwork network = await StartNetworkAsync(options => options with { Enclave = DevelopmentEnclaveKind.Vm, VmImageFolder = VmFiles.Folder });
        using KeyStore operatorStore = KeyStore.Create(In("operator"), _passphrase.Characters);
        using Identity operatorKeys = Identity.Create(operatorStore);
        await SponsorAsync(network, operatorKeys.PublicKey);
        var folder = new NodeFolder(In("node"));
        var machines = new NodeMachines { Tee = NodeMachines.Development, Image = VmFiles.Folder };
        NodeFile file = await EnrolAsync(Options(network, folder, operatorKeys) with { Role = NodeRoles.Executor, DevelopmentTee = Development.Root, DataFolder = _folder.Path, Machines = machines });
        Assert.Equal(machines, NodeFile.Read(folder).Machines);
        await RunUntilAsync(network, folder, file, node => node.ChipId is not null);
    }

    private string In(string name) => Path.Combine(_folder.Path, name);

    private Task<DevelopmentNetwork> StartNetworkAsync(Func<DevelopmentNetworkOptions, DevelopmentNetworkOptions>? change = null)
    {
        Assert.SkipUnless(SwtpmTools.AreInstalled, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
        var options = new DevelopmentNetworkOptions { Folder = Development.Root, Passphrase = _passphrase, Verifiers = 3, Executors = 1, Parties = [], VendorState = TestVendor.State, Tpm = DevelopmentTpmKind.Swtpm };
        return DevelopmentNetwork.StartAsync(change?.Invoke(options) ?? options, NullLoggerFactory.Instance, TimeProvider.System);
    }

    private EnrolmentOptions Options(DevelopmentNetwork network, NodeFolder folder, Identity operatorKeys) => new()
    {
        Folder = folder,
        Network = new Uri(network.Address),
        Role = NodeRoles.Verifier,
        Operator = operatorKeys.PublicKey,
        OperatorKey = operatorKeys.Key,
        Tpm = new NodeTpmPlace { Address = $"swtpm:{In("tpm")}", SwtpmAuthorityFolder = Development.SwtpmAuthority },
    };

    private static Task<NodeFile> EnrolAsync(EnrolmentOptions options) => NodeEnrolment.RunAsync(options, TimeProvider.System, Cancellation);

    private Task<EnrolledNode> StartNodeAsync(NodeFolder folder) => EnrolledNode.StartAsync(folder, _passphrase, endpoints: null, NullLoggerFactory.Instance, TimeProvider.System, Cancellation);

    private async Task SponsorAsync(DevelopmentNetwork network, PublicKey newcomer, string by = "verifier-1")
    {
        using Cryptography.SigningKey listed = DevelopmentOperators.Open(Development, _passphrase, by);
        using ErrandClient client = await ErrandClient.ConnectAsync(new Uri(network.Address), null, TimeProvider.System, Cancellation);
        await client.MustPublishAsync(listed, new SponsorEntry { Operator = newcomer }, Cancellation);
    }

    private async Task RunUntilAsync(DevelopmentNetwork network, NodeFolder folder, NodeFile file, Func<NodeState, bool> expected)
    {
        await using EnrolledNode node = await StartNodeAsync(folder);
        Assert.Equal(file.Node, node.Id.ToString());
        var state = new NetworkState(network.Genesis);
        await foreach (LedgerEntry entry in network.Ledger.FollowAsync(0, Cancellation))
        {
            Assert.False(node.Completion.IsFaulted, node.Completion.Exception?.ToString());
            state.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
            if (state.Nodes.TryGetValue(node.Id, out NodeState? self) && self.Proven && self.IsActive && self.OpenCase is null && self.KeyAt(state.Clock.Epoch) is not null && expected(self)) return;
        }
    }
}
