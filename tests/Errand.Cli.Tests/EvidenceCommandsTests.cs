using System.Text.Json;
using Errand.Attestation;
using Errand.Platform;

namespace Errand.Cli.Tests;

/// <summary>Evidence of a development TEE on the command line: its root is no vendor's, and is trusted only where <c>--root</c> says so.</summary>
public sealed class EvidenceCommandsTests : IDisposable
{
    private const string At = "2026-06-01T00:00:00Z";

    // Its RSA keys take seconds to make.
    private static readonly Lazy<DevelopmentVendor> Vendor = new(() => DevelopmentVendor.Create(new byte[32]));

    private static readonly byte[] ReportData = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    private readonly CliFolder _cli = new();

    public EvidenceCommandsTests()
    {
        using var tee = new DevelopmentTee(Vendor.Value, new DevelopmentTeeOptions { ChipId = DevelopmentTee.DeriveChipId(SnpProductLine.Genoa, "chip"u8), Measurement = new byte[48] });
        TeeEvidence evidence = tee.Report(ReportData);
        Write("a", evidence.Report);
        for (int i = 0; i < evidence.Certificates.Count; i++) Write($"c{i}", evidence.Certificates[i]);
        Directory.CreateDirectory(_cli.In("certificates"));
        foreach (string name in (string[])["c0", "c1", "c2"]) File.Copy(_cli.In(name), _cli.In(Path.Combine("certificates", name)));
        _cli.Write(Path.Combine("certificates", "notes.txt"), "not collateral");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Show_says_what_files_are_and_that_nothing_was_verified()
    {
        CliResult shown = _cli.Run("evidence", "show", "c1", "a");
        Assert.Equal(0, shown.Exit);
        Assert.Contains("snp-report", shown.Output, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(ReportData), shown.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing of this was verified", shown.Output, StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse(_cli.Run("evidence", "show", "a", "--json").Output).RootElement;
        Assert.False(json.GetProperty("verified").GetBoolean());
        Assert.Equal("sev-snp", json.GetProperty("kind").GetString());
        // Certificates alone are no evidence, but can be looked at.
        Assert.Contains("subject", _cli.Run("evidence", "show", "c0").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_nothing_or_malformed_are_told_apart()
    {
        _cli.Write("hello.txt", "hello");
        CliResult unknown = _cli.Run("evidence", "show", "hello.txt");
        Assert.Equal(1, unknown.Exit);
        Assert.Contains("[evidence/unrecognised]", unknown.Error, StringComparison.Ordinal);
        byte[] report = File.ReadAllBytes(_cli.In("a"));
        report[0] = 9;
        File.WriteAllBytes(_cli.In("b"), report);
        CliResult malformed = _cli.Run("evidence", "show", "b");
        Assert.Equal(1, malformed.Exit);
        Assert.Contains("[evidence/malformed]", malformed.Error, StringComparison.Ordinal);
        Assert.Equal(5, Verify("b").Exit);
        Assert.Contains("[evidence/ambiguous]", _cli.Run("evidence", "show", "a", "b").Error, StringComparison.Ordinal);
        Assert.Contains("[file/missing]", _cli.Run("evidence", "show", "nowhere").Error, StringComparison.Ordinal);
        Assert.Equal(2, _cli.Run("evidence", "show").Exit);
        Assert.Equal(2, _cli.Run("evidence", "show", "--role", "report=a").Exit);
    }

    [Fact]
    public void Development_evidence_is_rejected_until_its_root_is_named_and_that_is_said()
    {
        CliResult refused = Verify("a", "c0", "c1", "c2");
        Assert.Equal(5, refused.Exit);
        Assert.Contains("[development-root]", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("It says", refused.Output, StringComparison.Ordinal);

        CliResult trusted = Verify("a", "c2", "c0", "c1", "--root", "c2");
        Assert.Equal(0, trusted.Exit);
        Assert.StartsWith("AUTHENTIC", trusted.Output, StringComparison.Ordinal);
        Assert.Contains("no vendor published", trusted.Output, StringComparison.Ordinal);
        Assert.Contains("development root", trusted.Output, StringComparison.Ordinal);
        CliResult json = Verify("a", "--collateral", "certificates", "--root", "c2", "--json");
        Assert.Equal("authentic", JsonDocument.Parse(json.Output).RootElement.GetProperty("verdict").GetString());
        Assert.Contains("no vendor published", json.Error, StringComparison.Ordinal);
        Assert.Equal("none", JsonDocument.Parse(Verify("a", "--collateral", "certificates", "--root", "c2", "--ear").Output).RootElement.GetProperty("submods").GetProperty("sev-snp").GetProperty("ear.status").GetString());
    }

    [Fact]
    public void Time_and_nonce_are_held_against_the_evidence()
    {
        string nonce = Convert.ToHexStringLower(ReportData);
        Assert.Equal(0, Verify("a", "--collateral", "certificates", "--root", "c2", "--nonce", nonce).Exit);
        Assert.Contains("[nonce]", Verify("a", "--collateral", "certificates", "--root", "c2", "--nonce", nonce[..^2] + "00").Output, StringComparison.Ordinal);
        CliResult old = _cli.Run("evidence", "verify", "a", "--collateral", "certificates", "--root", "c2", "--at", "1999-01-01T00:00:00Z");
        Assert.Contains("[certificate-expired]", old.Output, StringComparison.Ordinal);
        Assert.Equal(2, _cli.Run("evidence", "verify", "a", "--at", "noon").Exit);
        Assert.Equal(2, _cli.Run("evidence", "verify", "a", "--nonce", "xyz").Exit);
    }

    [Fact]
    public void Drafted_policy_accepts_its_evidence_and_says_that_it_must_be_reviewed()
    {
        CliResult draft = _cli.Run("evidence", "policy", "--from", "a", "--collateral", "certificates", "--root", "c2", "--at", At);
        Assert.True(draft.Exit == 0, draft.Error);
        Assert.StartsWith("// REVIEW BEFORE USE.", draft.Output, StringComparison.Ordinal);
        _cli.Write("policy.json", draft.Output);
        CliResult accepted = Verify("a", "--collateral", "certificates", "--root", "c2", "--policy", "policy.json");
        Assert.Equal(0, accepted.Exit);
        Assert.StartsWith("ACCEPTED", accepted.Output, StringComparison.Ordinal);

        _cli.Write("policy.json", draft.Output.Replace("\"vmpl\": 0", "\"vmpl\": 1", StringComparison.Ordinal));
        CliResult other = Verify("a", "--collateral", "certificates", "--root", "c2", "--policy", "policy.json");
        Assert.Equal(5, other.Exit);
        Assert.Contains("from evidence: vmpl", other.Output, StringComparison.Ordinal);

        _cli.Write("policy.json", draft.Output.Replace("\"vmpl\"", "\"vmlp\"", StringComparison.Ordinal));
        CliResult wrong = Verify("a", "--collateral", "certificates", "--root", "c2", "--policy", "policy.json");
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("sevSnp.references[0].vmpl is missing", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("sevSnp.references[0].vmlp is not known", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Templates_ask_for_a_nonce_and_accept_nothing()
    {
        CliResult template = _cli.Run("evidence", "policy", "--kind", "sev-snp");
        Assert.Equal(0, template.Exit);
        _cli.Write("policy.json", template.Output);
        Assert.Contains("--nonce HEX", Verify("a", "--collateral", "certificates", "--root", "c2", "--policy", "policy.json").Error, StringComparison.Ordinal);
        Assert.Equal(5, Verify("a", "--collateral", "certificates", "--root", "c2", "--policy", "policy.json", "--nonce", Convert.ToHexStringLower(ReportData)).Exit);
        Assert.Equal(2, _cli.Run("evidence", "policy").Exit);
        Assert.Equal(2, _cli.Run("evidence", "policy", "--kind", "event-log").Exit);
        Assert.Contains("[evidence/not-authentic]", _cli.Run("evidence", "policy", "--from", "a").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_evidence_do_not_reach_the_terminal() => Assert.Equal("a\\u001b[2Jb\\u202e", Printable.Of("a\u001b[2Jb\u202e"));

    [Fact]
    public void Vectors_that_cannot_be_run_or_are_not_there_do_not_pass()
    {
        Assert.Equal(1, _cli.Run("vectors", "run", ".").Exit);
        _cli.Write(Path.Combine("v", "one", "case.json"), """{"kind": "unheard-of", "case": "one", "files": [], "expected": {"outcome": "accept"}}""");
        CliResult unknown = _cli.Run("vectors", "run", "v");
        Assert.Equal(5, unknown.Exit);
        Assert.Contains("kind unheard-of cannot be run here", unknown.Output, StringComparison.Ordinal);
        _cli.Write(Path.Combine("v", "one", "case.json"), "nonsense");
        CliResult broken = _cli.Run("vectors", "run", "v", "--json");
        Assert.Equal(5, broken.Exit);
        Assert.Equal(1, JsonDocument.Parse(broken.Output).RootElement.GetProperty("failed").GetInt32());
    }

    private CliResult Verify(params string[] arguments) => _cli.Run(["evidence", "verify", .. arguments, "--at", At]);

    private void Write(string name, ReadOnlyMemory<byte> bytes) => File.WriteAllBytes(_cli.In(name), bytes.ToArray());
}
