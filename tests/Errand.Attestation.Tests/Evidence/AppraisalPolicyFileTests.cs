using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Errand.Attestation.Tests;

public sealed class AppraisalPolicyFileTests
{
    private static readonly byte[] Nonce = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    public static TheoryData<EvidenceKind> Signed => [.. EvidenceKinds.All.Where(kind => kind != EvidenceKind.EventLog)];

    [Theory]
    [MemberData(nameof(Signed))]
    public void Every_template_reads_when_something_is_given(EvidenceKind kind)
    {
        string text = AppraisalPolicyFile.Template(kind)!;
        Assert.True(TryParse(text, Nonce, out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults), string.Join("; ", faults));
        Assert.NotEqual(AppraisalPolicy.Nothing, policy);
        Assert.Equal(text.Contains("\"given\",", StringComparison.Ordinal) || text.Contains("\"given\"\n", StringComparison.Ordinal), !TryParse(text, null, out _, out _));
    }

    [Fact]
    public void A_log_has_no_policy() => Assert.Null(AppraisalPolicyFile.Template(EvidenceKind.EventLog));

    [Theory]
    [MemberData(nameof(Full))]
    public void Each_member_left_out_in_turn_is_named(string name, string text)
    {
        Assert.True(TryParse(text, null, out _, out IReadOnlyList<PolicyFault> none), $"{name}: {string.Join("; ", none)}");
        int count = 0;
        foreach (string path in Paths(JsonNode.Parse(text, documentOptions: WithComments)!, ""))
        {
            JsonNode changed = JsonNode.Parse(text, documentOptions: WithComments)!;
            (JsonObject parent, string member) = Find(changed, path);
            // A PCR, a product line or a setting less is another policy, not a broken one; so is a whole section less.
            if (IsFree(path)) continue;
            parent.Remove(member);
            Assert.False(TryParse(changed.ToJsonString(), null, out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults), path);
            Assert.Null(policy);
            Assert.Contains(faults, fault => fault.Path == path || fault.Path == path[..path.LastIndexOf('.')]);
            count++;
        }
        Assert.True(count > 4, name);
    }

    [Theory]
    [MemberData(nameof(Full))]
    public void Each_object_refuses_a_member_that_it_does_not_know(string name, string text)
    {
        int count = 0;
        foreach (string path in Paths(JsonNode.Parse(text, documentOptions: WithComments)!, "").Select(path => path[..Math.Max(0, path.LastIndexOf('.'))]).Distinct())
        {
            JsonNode changed = JsonNode.Parse(text, documentOptions: WithComments)!;
            (path.Length == 0 ? changed.AsObject() : Find(changed, path + ".x").Parent)["mistyped"] = 1;
            Assert.False(TryParse(changed.ToJsonString(), null, out _, out IReadOnlyList<PolicyFault> faults), $"{name} {path}");
            Assert.NotEmpty(faults);
            count++;
        }
        Assert.True(count > 1, name);
    }

    [Theory]
    [InlineData(EvidenceKind.SevSnp, "\"mitigations\": \"0x0\"", "\"mitigations\": \"\"", "sevSnp.mitigations")]
    [InlineData(EvidenceKind.SevSnp, "\"required\": []", "\"required\": [\"\"]", "sevSnp.platform.required[0]")]
    [InlineData(EvidenceKind.Tdx, "\"UpToDate\"", "\"\"", "tdx.platform.allowedStatuses[0]")]
    public void Bits_and_names_without_any_text_are_refused(EvidenceKind kind, string good, string empty, string path)
    {
        string text = AppraisalPolicyFile.Template(kind)!;
        Assert.Contains(good, text, StringComparison.Ordinal);
        Assert.False(TryParse(text.Replace(good, empty, StringComparison.Ordinal), Nonce, out _, out IReadOnlyList<PolicyFault> faults));
        Assert.Equal(path, Assert.Single(faults).Path);
    }

    [Theory]
    [MemberData(nameof(Full))]
    public void Each_value_of_another_type_is_refused(string name, string text)
    {
        foreach (string path in Paths(JsonNode.Parse(text, documentOptions: WithComments)!, ""))
        {
            JsonNode changed = JsonNode.Parse(text, documentOptions: WithComments)!;
            (JsonObject parent, string member) = Find(changed, path);
            parent[member] = new JsonArray(new JsonObject());
            Assert.False(TryParse(changed.ToJsonString(), null, out _, out _), $"{name} {path}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\": 1}")]
    [InlineData("{\"version\": 2, \"ekCertificate\": {\"rootClasses\": [], \"denied\": []}}")]
    [InlineData("{\"version\": 1, \"version\": 1, \"ekCertificate\": {\"rootClasses\": [], \"denied\": []}}")]
    [InlineData("{\"version\": 1, \"ekCertificate\": null}")]
    [InlineData("{\"version\": 1, \"ekCertificate\": {\"rootClasses\": [\"16\"], \"denied\": []}}")]
    [InlineData("{\"version\": 1, \"ekCertificate\": {\"rootClasses\": [\"tpmhardware\"], \"denied\": []}}")]
    [InlineData("{\"version\": 1, \"ekCertificate\": {\"rootClasses\": [], \"denied\": [\"IFX\"]}}")]
    [InlineData("{\"version\": 1, \"ekCertificate\": {\"rootClasses\": [], \"denied\": []},}")]
    public void Other_files_are_refused(string text) => Assert.False(TryParse(text, null, out _, out _));

    [Fact]
    public void A_small_policy_reads()
    {
        Assert.True(TryParse("{\"version\": 1, /* comment */ \"ekCertificate\": {\"rootClasses\": [\"TpmHardware\"], \"denied\": [\"id:49465800\"]}}", null, out AppraisalPolicy? policy, out _));
        Assert.Equal([RootClass.TpmHardware], policy!.EkCertificate!.RootClasses);
        Assert.Null(policy.SevSnp);
    }

    [Fact]
    public void Mutated_policies_never_throw() => ParserFuzzTests.Fuzz([.. Full.Select(row => Encoding.UTF8.GetBytes((string)row.Data.Item2))], bytes =>
        Assert.Equal(AppraisalPolicyFile.TryParse(bytes, null, out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults), policy is not null && faults.Count == 0));

    /// <summary>Policies with every member, made from evidence.</summary>
    public static TheoryData<string, string> Full
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((string name, IReadOnlyList<EvidenceFile> files, DateTimeOffset at) in new[]
            {
                ("tdx", EvidenceScenes.Quote(IntelTeeType.Tdx), IntelScene.Now), ("sgx", EvidenceScenes.Quote(IntelTeeType.Sgx), IntelScene.Now), ("nitro", EvidenceScenes.Nitro(), NitroPki.Now),
                ("tpm-quote", EvidenceScenes.TpmQuote(), IntelScene.Now),
            }) data.Add(name, AppraisalPolicyFile.Write(EvidenceVerifier.DraftPolicy(EvidenceScenes.Bundle(files), Collateral.None, EvidenceScenes.Roots, at)!, []));
            SnpPolicy snp = PolicyTemplates.For(EvidenceKind.SevSnp)!.SevSnp! with
            {
                References =
                [
                    new SnpReference
                    {
                        Name = "guest", ProductLine = SnpProductLine.Milan, Measurement = new byte[48], Policy = SnpGuestPolicy.Default, Vmpl = 1, GuestSvn = 2, FamilyId = new byte[16], ImageId = new byte[16],
                        HostData = new byte[32], IdKeyDigest = new byte[48], AuthorKeyDigest = new byte[48],
                    },
                ],
                Floors = new Dictionary<SnpProductLine, SnpTcbFloor> { [SnpProductLine.Milan] = SnpTcbFloor.Same(new SnpTcb(0, 1, 2, 3, 4)) },
                Chip = new SnpChipRule.Exactly(new byte[64]),
                Platform = new SnpPlatformRule { Required = SnpPlatformInfo.EccEnabled, Forbidden = SnpPlatformInfo.SmtEnabled },
            };
            data.Add("sev-snp", AppraisalPolicyFile.Write(AppraisalPolicy.Nothing with { SevSnp = snp }, []));
            AzureVtpmPolicy azure = PolicyTemplates.For(EvidenceKind.AzureVtpm)!.AzureVtpm! with
            {
                SevSnp = snp, PcrReferences = [new AzurePcrReference { Name = "boot", Bank = TpmAlgorithm.Sha256, Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [4] = new byte[32] } }],
                VmSettings = new Dictionary<string, bool> { ["console-enabled"] = false }, Vm = new AzureVmRule.Exactly(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), UserData = new AzureUserDataRule.Exactly(new byte[64]),
            };
            data.Add("azure-vtpm", AppraisalPolicyFile.Write(AppraisalPolicy.Nothing with { AzureVtpm = azure }, []));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Full))]
    public void What_was_read_writes_itself(string name, string text)
    {
        Assert.True(TryParse(text, null, out AppraisalPolicy? policy, out _), name);
        Assert.Equal(text, AppraisalPolicyFile.Write(policy!, []));
    }

    private static bool TryParse(string text, byte[]? nonce, out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults) =>
        AppraisalPolicyFile.TryParse(Encoding.UTF8.GetBytes(text), nonce is null ? null : (ReadOnlyMemory<byte>?)nonce, out policy, out faults);

    private static bool IsFree(string path)
    {
        string[] parts = path.Split('.');
        return parts.Length == 1 && path != "version" || parts.Length > 1 && parts[^2] is "pcrs" or "floors" or "vmSettings";
    }

    // Every member of every object, as "a.b[0].c".
    private static IEnumerable<string> Paths(JsonNode node, string prefix)
    {
        if (node is JsonObject members)
        {
            foreach ((string name, JsonNode? value) in members)
            {
                string path = prefix.Length == 0 ? name : $"{prefix}.{name}";
                yield return path;
                if (value is null) continue;
                foreach (string inner in Paths(value, path)) yield return inner;
            }
        }
        else if (node is JsonArray items)
        {
            for (int i = 0; i < items.Count; i++)
            {
                if (items[i] is not { } item) continue;
                foreach (string inner in Paths(item, $"{prefix}[{i}]")) yield return inner;
            }
        }
    }

    private static (JsonObject Parent, string Member) Find(JsonNode root, string path)
    {
        JsonNode node = root;
        string[] parts = path.Split('.');
        foreach (string part in parts[..^1])
        {
            string name = part.Split('[')[0];
            node = node[name]!;
            foreach (string index in part.Split('[')[1..]) node = node[int.Parse(index[..^1], System.Globalization.CultureInfo.InvariantCulture)]!;
        }
        return (node.AsObject(), parts[^1]);
    }
}
