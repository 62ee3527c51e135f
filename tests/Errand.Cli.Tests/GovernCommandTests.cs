using System.Text.Json;
using Errand.Attestation;
using Errand.Client;
using Errand.Cryptography;
using Errand.Node;
using Errand.Node.Tests;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Cli.Tests;

/// <summary>Governing a network from the command line: propose, sign with two of three keys, publish.</summary>
public sealed class GovernCommandTests
{
    [Fact]
    public async Task Two_of_three_holders_add_and_withdraw_a_reference_value()
    {
        using var cli = new CliFolder();
        using var passphrase = new Passphrase("correct horse");
        var folder = new DevelopmentFolder(cli.In(".errand/devnet"));
        var options = new DevelopmentNetworkOptions
        {
            Folder = folder.Root, Passphrase = passphrase, Verifiers = 3, Executors = 1, VendorState = TestVendor.State, Governance = DevelopmentGovernors.Open(folder, passphrase),
        };
        await using DevelopmentNetwork network = await DevelopmentNetwork.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System);
        new HostFile(network.Address, new Uri(network.Address).Port, Environment.ProcessId, Ready: false).Write(network.Folder);
        cli.Write(".errand/network", $"{network.Address} {network.Genesis.NetworkId()}");
        JsonElement before = await cli.JsonAsync("govern", "status");
        Assert.Equal(2, before.GetProperty("threshold").GetInt32());
        Assert.Equal(0, before.GetProperty("number").GetInt32());

        // 1. A proposal that leaves out what stays, signed by two holders on two copies.
        var added = new ReferenceValue(Protocol.TeeKind.SevSnp, network.Genesis.ReferenceValues[0].Tuple.ToArray());
        cli.Write("changes.json", $$"""
            [
              // The value in force is withdrawn; floors and operators change.
              { "change": "withdraw-reference", "digest": "{{added.Digest}}" },
              { "change": "set-floors", "tee": "sev-snp", "tuples": [] },
              { "change": "list-operator", "key": "{{new string('4', 64)}}", "name": "newcomer" },
              { "change": "set-committee", "rounds": 2 },
            ]
            """);
        CliResult early = await cli.RunAsync("govern", "propose", "changes.json", "--epoch", "0", "-o", "p.json");
        Assert.Equal(3, early.Exit);
        Assert.Contains("refused/governance-epoch", early.Error, StringComparison.Ordinal);
        cli.Write("unreadable.json", """[{ "change": "set-floors", "tee": "tdx", "tuples": ["80"] }]""");
        CliResult unreadable = await cli.RunAsync("govern", "propose", "unreadable.json", "--after", "20", "-o", "u.json");
        Assert.Equal(1, unreadable.Exit);
        Assert.Contains("would stop every verifier", unreadable.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(cli.In("u.json")));
        JsonElement proposed = await cli.JsonAsync("govern", "propose", "changes.json", "--after", "20", "-o", "p.json");
        Assert.Equal(128, proposed.GetProperty("proposal").GetProperty("changes")[3].GetProperty("size").GetInt32());
        File.Copy(cli.In("p.json"), cli.In("copy.json"));
        await cli.JsonAsync("govern", "sign", "p.json", "--as", "governor-1");
        JsonElement second = await cli.JsonAsync("govern", "sign", "copy.json", "--as", "governor-3");
        Assert.Equal(proposed.GetProperty("digest").GetString(), second.GetProperty("digest").GetString());
        CliResult few = await cli.RunAsync("govern", "publish", "p.json", "--as", "researcher");
        Assert.Equal(3, few.Exit);
        Assert.Contains("has 1 of 2 signatures", few.Error, StringComparison.Ordinal);

        // 2. Somebody without a governance key appends them; the withdrawal holds at once, the rest waits.
        JsonElement after = await cli.JsonAsync("govern", "publish", "p.json", "copy.json", "--as", "researcher");
        Assert.Equal(1, after.GetProperty("number").GetInt32());
        Assert.True(after.GetProperty("terms").GetProperty("referenceValues")[0].GetProperty("withdrawn").GetBoolean());
        Assert.Equal(3, after.GetProperty("waiting")[0].GetProperty("changes").GetArrayLength());
        CliResult again = await cli.RunAsync("govern", "publish", "p.json", "copy.json", "--as", "researcher");
        Assert.Contains("refused/governance-number", again.Error, StringComparison.Ordinal);

        // 3. What waits can be cancelled, and a stranger's signature counts for nothing.
        cli.Write("cancel.json", """[{ "change": "cancel", "entry": 1 }]""");
        await cli.JsonAsync("govern", "propose", "cancel.json", "--after", "20", "-o", "c.json");
        await cli.JsonAsync("govern", "sign", "c.json", "--as", "governor-1");
        await cli.JsonAsync("govern", "sign", "c.json", "--as", "researcher");
        Assert.Contains("has 1 of 2 signatures", (await cli.RunAsync("govern", "publish", "c.json", "--as", "researcher")).Error, StringComparison.Ordinal);
        await cli.JsonAsync("govern", "sign", "c.json", "--as", "governor-2");
        Assert.Contains("entry 2 is on the ledger", (await cli.RunAsync("govern", "publish", "c.json", "--as", "researcher")).Output, StringComparison.Ordinal);
        CliResult status = await cli.RunAsync("govern", "status");
        Assert.Contains("2 of 3 must sign", status.Output, StringComparison.Ordinal);
        Assert.Contains("DEVELOPMENT NETWORK", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("waiting", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evidence_policy_gives_reference_values_and_floors()
    {
        using var cli = new CliFolder();
        var reference = new SnpReference
        {
            Name = "kernel 7", ProductLine = SnpProductLine.Genoa, Measurement = new byte[48], Policy = new SnpGuestPolicy(0x30000), Vmpl = 0, GuestSvn = 1, FamilyId = new byte[16], ImageId = new byte[16],
            HostData = new byte[32], IdKeyDigest = new byte[48], AuthorKeyDigest = new byte[48],
        };
        var policy = new SnpPolicy
        {
            References = [reference],
            Floors = new Dictionary<SnpProductLine, SnpTcbFloor> { [SnpProductLine.Genoa] = SnpTcbFloor.Same(new SnpTcb(0, 7, 0, 14, 72)) },
            Chip = new SnpChipRule.AnyNamed(),
            Platform = SnpPlatformRule.Any,
            Mitigations = 0,
            Revocation = SnpRevocationRule.WhenGiven,
            ReportData = new SnpReportDataRule.NotChecked(),
        };
        cli.Write("mine.json", AppraisalPolicyFile.Write(AppraisalPolicy.Nothing with { SevSnp = policy }, []));
        CliResult changes = cli.Run("govern", "changes", "mine.json");
        Assert.True(changes.Exit == 0, changes.Error);
        JsonElement[] read = [.. JsonDocument.Parse(changes.Output).RootElement.EnumerateArray()];
        Assert.Equal(["add-reference", "set-floors"], read.Select(change => change.GetProperty("change").GetString()));
        Assert.True(SnpTuples.TryDecodeReference(Convert.FromHexString(read[0].GetProperty("tuple").GetString()!), out SnpReference? back));
        Assert.Equal("kernel 7", back.Name);
        cli.Write("empty.json", cli.Run("evidence", "policy", "--kind", "sev-snp").Output);
        Assert.Contains("no references and no floors of SEV-SNP or TDX. [governance/file]", cli.Run("govern", "changes", "empty.json").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_of_a_policy_for_TDX_are_its_references_and_one_floor()
    {
        using var cli = new CliFolder();
        var register = new byte[TdReport.RegisterSize];
        var reference = new TdxReference
        {
            Name = "image 3", MrTd = register, Rtmr0 = register, Rtmr1 = register, Rtmr2 = register, Rtmr3 = register, MrSeam = register, MrSignerSeam = register, Attributes = new TdAttributes(1 << 28), Xfam = 0xE7,
            MrConfigId = register, MrOwner = register, MrOwnerConfig = register, MrServiceTd = register,
        };
        string Policy(params IntelTcbStatus[] statuses) => AppraisalPolicyFile.Write(AppraisalPolicy.Nothing with
        {
            Tdx = new TdxPolicy
            {
                References = [reference],
                Platform = new TdxFloor(18, statuses, ["INTEL-SA-00615"]).ToPolicy(new IntelPlatformRule.Any()),
                ReportData = new IntelReportDataRule.NotChecked(),
            },
        }, []);
        cli.Write("tdx.json", Policy(IntelTcbStatus.SWHardeningNeeded, IntelTcbStatus.UpToDate));
        CliResult changes = cli.Run("govern", "changes", "tdx.json");
        Assert.True(changes.Exit == 0, changes.Error);
        JsonElement[] read = [.. JsonDocument.Parse(changes.Output).RootElement.EnumerateArray()];
        Assert.Equal(["add-reference", "set-floors"], read.Select(change => change.GetProperty("change").GetString()));
        Assert.All(read, change => Assert.Equal("tdx", change.GetProperty("tee").GetString()));
        Assert.True(TdxTuples.TryDecodeReference(Convert.FromHexString(read[0].GetProperty("tuple").GetString()!), out TdxReference? back));
        Assert.Equal("image 3", back.Name);
        Assert.True(TdxTuples.TryDecodeFloor(Convert.FromHexString(read[1].GetProperty("tuples")[0].GetString()!), out TdxFloor? floor));
        Assert.Equal((18, 2, "INTEL-SA-00615"), (floor.EvaluationDataNumberMin, floor.Statuses.Count, floor.Advisories!.Single()));
        cli.Write("revoked.json", Policy(IntelTcbStatus.Revoked));
        Assert.Contains("[governance/file]", cli.Run("govern", "changes", "revoked.json").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_that_does_not_hold_is_refused_when_the_file_is_read()
    {
        using var cli = new CliFolder();
        using SigningKey key = SigningKey.FromSeed(new byte[SigningKey.SeedSize]);
        var proposal = new GovernanceProposal(default, 1, 5, [new GovernanceChange.Cancel(1)], []);
        string text = proposal.Sign(key).ToText();
        cli.Write("p.json", text);
        CliResult good = cli.Run("govern", "show", "p.json");
        Assert.Contains($"signed   {key.PublicKey}", good.Output, StringComparison.Ordinal);
        Assert.Contains("change   cancel entry=1", good.Output, StringComparison.Ordinal);
        cli.Write("p.json", text.Replace("\"epoch\": 5", "\"epoch\": 6", StringComparison.Ordinal));
        CliResult changed = cli.Run("govern", "show", "p.json");
        Assert.Equal(1, changed.Exit);
        Assert.Contains("does not hold for these changes. [governance/file]", changed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]x")]
    [InlineData("""{"version":1,"network":"00","number":1,"epoch":1,"changes":[],"approvals":[]}""")]
    [InlineData("""{"version":2,"network":"ZERO","number":1,"epoch":1,"changes":[],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":0,"epoch":1,"changes":[],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":-1,"changes":[],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[{"change":"cancel"}],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[{"change":"cancel","entry":1,"more":2}],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[{"change":"cancel","entry":1.5}],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[{"change":"unheard"}],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[{"change":"set-committee","rounds":2}],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[{"change":"list-operator","key":"ZERO","name":"\ud800"}],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[{"change":"deny-tpm","tuple":"abc"}],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[],"approvals":[],"approvals":[]}""")]
    [InlineData("""{"version":1,"network":"ZERO","number":1,"epoch":1,"changes":[],"approvals":[{"key":"ZERO","signature":"00"}]}""")]
    public void What_is_no_proposal_is_refused(string text) =>
        Assert.Equal(ClientError.GovernanceFile, Assert.Throws<ClientException>(() => GovernanceProposal.Read(text.Replace("ZERO", new string('0', 64), StringComparison.Ordinal))).Error);

    [Fact]
    public void Every_kind_of_change_survives_the_file()
    {
        Assert.True(Errand.Primitives.Bytes32.TryParseHex(new string('7', 64), out Errand.Primitives.Bytes32 id));
        ReadOnlyMemory<byte> tuple = new byte[] { 0xA1, 0x00, 0x05 };
        var key = new Errand.Primitives.PublicKey(id);
        var times = new GenesisTimes
        {
            EpochMilliseconds = 1, FoundingEpochs = 2, QualificationEpochs = 3, AcceptMilliseconds = 4, ClaimMilliseconds = 5, EvidenceMilliseconds = 6,
            RoundMilliseconds = 7, ReleaseMilliseconds = 8, RunMilliseconds = 9, ServeMilliseconds = 10, PauseEpochs = 11,
        };
        GovernanceChange[] all =
        [
            new GovernanceChange.AddReference(new ReferenceValue(Protocol.TeeKind.Tdx, tuple)),
            new GovernanceChange.WithdrawReference(id),
            new GovernanceChange.SetFloors(Protocol.TeeKind.SevSnp, [tuple, tuple]),
            new GovernanceChange.AddRoot(new PinnedRoot(16, Development: true, id)),
            new GovernanceChange.RemoveRoot(id),
            new GovernanceChange.AdmitOperator(key, "Züri \"AG\""),
            new GovernanceChange.RetireOperator(key),
            new GovernanceChange.SetKeys(new GovernanceKeys([key], 1)),
            new GovernanceChange.DenyTpm(tuple),
            new GovernanceChange.AllowTpm(tuple),
            new GovernanceChange.SetTimes(times),
            new GovernanceChange.SetCommittee(new CommitteeParameters(128, 3, 2, 5)),
            new GovernanceChange.SetAdmission(new AdmissionRule(0, 1, 2, 3)),
            new GovernanceChange.SetPlatform(new PlatformRule { Class = 2, RequireSecureBoot = true, RequiredPcrs = [0, 7], References = [tuple], Ima = new ImaRule(Required: true, [new Bytes32(new byte[32])]) }),
            new GovernanceChange.Rescue([key]),
            new GovernanceChange.Upgrade(2),
            new GovernanceChange.Cancel(9),
        ];
        Assert.Equal(typeof(GovernanceChange).GetNestedTypes().Length, all.Length);
        var proposal = new GovernanceProposal(new Errand.Primitives.NetworkId(id), 3, 77, [.. all], []);
        string text = proposal.ToText();
        var read = GovernanceProposal.Read(text);
        Assert.Equal(text, read.ToText());
        // The bytes that are signed, not only the text, are the same.
        Assert.Equal(proposal.Digest, read.Digest);
        Assert.NotEqual(proposal.Digest, (proposal with { Changes = [.. all.Reverse()] }).Digest);
    }
}
