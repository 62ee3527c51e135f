using Errand.Tests;

namespace Errand.Platform.Tests;

public sealed class VectorRunnerTests
{
    /// <summary>Members that speak to people about the case.</summary>
    private static readonly string[] Descriptive = ["sameFilesAs"];

    [Theory]
    [InlineData("azure-vtpm", 7)]
    [InlineData("eventlog", 20)]
    [InlineData("measure", 3)]
    [InlineData("nitro", 10)]
    [InlineData("sev-snp", 11)]
    [InlineData("sgx", 9)]
    [InlineData("tdx", 12)]
    [InlineData("tpm", 19)]
    public void Every_vector_has_its_expected_outcome_reason_and_values(string kind, int countMin)
    {
        string[] folders = [.. Directory.GetDirectories(Errand.Tests.Vectors.Folder(kind)).Order(StringComparer.Ordinal)];
        Assert.True(folders.Length >= countMin, $"only {folders.Length} cases of {kind}");
        List<string> failures = [];
        foreach (VectorOutcome outcome in folders.Select(VectorRunner.Run))
        {
            if (!outcome.Passed) failures.Add($"{outcome.Name}: expected {outcome.ExpectedOutcome} {outcome.ExpectedReason}, {outcome.Result}; {outcome.Result.FirstFailure}; {string.Join("; ", outcome.Differences)}");
            string[] missing = [.. outcome.NotCompared.Except(Descriptive)];
            if (missing.Length > 0) failures.Add($"{outcome.Name}: not compared: {string.Join(", ", missing)}");
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Theory]
    [InlineData("sev-snp", "genoa-v5-vcek", "\"vmpl\": 0", "\"vmpl\": 1", "report.vmpl")]
    [InlineData("sev-snp", "genoa-v5-vcek", "\"outcome\": \"accept\"", "\"outcome\": \"reject\"", null)]
    [InlineData("sev-snp", "milan-v2-tampered-measurement-reject", "\"rejectReason\": \"report-signature\"", "\"rejectReason\": \"malformed\"", null)]
    [InlineData("sgx", "v3-c0806f-outofdate-2026", "\"tcbStatus\": \"OutOfDate\"", "\"tcbStatus\": \"UpToDate\"", "tcbStatus")]
    [InlineData("tdx", "v5-90c06f-td-relaunch-advised", "\"id\": \"TDX_01\"", "\"id\": \"TDX_03\"", "tcbEvaluation.tdxModule.id")]
    [InlineData("tdx", "v4-50806f-notsupported-2023", "\"platformTcb\": null", "\"platformTcb\": 1", "tcbEvaluation.platformTcb")]
    [InlineData("tpm", "swtpm-rsa-sha256", "\"resetCount\": 2", "\"resetCount\": 3", "quote.resetCount")]
    [InlineData("azure-vtpm", "snp-milan-v1", "\"reportType\": \"SEV-SNP (2)\"", "\"reportType\": \"TDX (4)\"", "hclReport.runtime.reportType")]
    [InlineData("azure-vtpm", "snp-milan-altered-runtime-data-reject", "\"tpm-quote-signature\"", "\"pcr-digest\"", "alsoFails")]
    [InlineData("nitro", "2025-12-dstack", "\"pcr_len\": 48", "\"pcr_len\": 32", "document.pcr_len")]
    [InlineData("nitro", "2021-tampered-certificate-reject", "\"cose-signature\"", "\"certificate-chain\"", "alsoFails")]
    [InlineData("eventlog", "minimal-four-banks", "\"events\": 2", "\"events\": 3", "log.events")]
    public void Case_that_expects_something_else_does_not_pass(string kind, string name, string original, string changed, string? difference)
    {
        string folder = Directory.CreateTempSubdirectory("errand-vector").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(Path.Combine(Errand.Tests.Vectors.Folder(kind), name))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            Assert.True(VectorRunner.Run(folder).Passed);
            string path = Path.Combine(folder, "case.json");
            string json = File.ReadAllText(path);
            Assert.Contains(original, json, StringComparison.Ordinal);
            File.WriteAllText(path, json.Replace(original, changed, StringComparison.Ordinal));
            VectorOutcome outcome = VectorRunner.Run(folder);
            Assert.False(outcome.Passed);
            if (difference is not null) Assert.StartsWith(difference + ":", Assert.Single(outcome.Differences), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("ecvrf", 4, 2)]
    [InlineData("hpke", 12, 9)]
    [InlineData("wycheproof", 14, 0)]
    public void Every_test_of_an_algorithm_comes_out_as_expected_or_says_why_it_is_not_run(string kind, int countMin, int notRun)
    {
        VectorOutcome[] outcomes = [.. Directory.GetDirectories(Errand.Tests.Vectors.Folder(kind)).Order(StringComparer.Ordinal).Select(VectorRunner.Run)];
        Assert.True(outcomes.Length >= countMin, $"only {outcomes.Length} cases of {kind}");
        Assert.Equal(notRun, outcomes.Count(outcome => outcome.NotRun is not null));
        Assert.All(outcomes.Where(outcome => outcome.NotRun is null), outcome => Assert.True(outcome.Passed && outcome.TestsRun > 0, $"{outcome.Name}: {string.Join("; ", outcome.Differences)}"));
    }

    [Theory]
    [InlineData("ecvrf", "rfc9381-edwards25519-sha512-tai", "vectors.json", "\"beta\": \"", "\"beta\": \"00")]
    [InlineData("ecvrf", "derived-ed25519-tai-negative-reject", "vectors.json", "\"valid\": false", "\"valid\": true")]
    [InlineData("hpke", "x25519-hkdf-sha256-aes128gcm-base", "vector.json", "\"exported_value\": \"", "\"exported_value\": \"00")]
    [InlineData("wycheproof", "hmac-sha256", "vectors.json", "\"result\" : \"valid\"", "\"result\" : \"invalid\"")]
    public void File_of_tests_that_expects_something_else_does_not_pass(string kind, string name, string file, string original, string changed)
    {
        string folder = Directory.CreateTempSubdirectory("errand-vector").FullName;
        try
        {
            string source = Path.Combine(Errand.Tests.Vectors.Folder(kind), name);
            File.Copy(Path.Combine(source, "case.json"), Path.Combine(folder, "case.json"));
            string text = File.ReadAllText(Path.Combine(source, file)).Replace("\"result\": ", "\"result\" : ", StringComparison.Ordinal);
            Assert.Contains(original, text, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, file), text.Replace(original, changed, StringComparison.Ordinal));
            VectorOutcome outcome = VectorRunner.Run(folder);
            Assert.False(outcome.Passed);
            Assert.NotEmpty(outcome.Differences);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Folder_without_a_known_case_is_an_error()
    {
        string folder = Directory.CreateTempSubdirectory("errand-vector").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "case.json"), """{"kind": "other", "case": "x", "files": [], "expected": {"outcome": "accept"}}""");
            Assert.Throws<InvalidDataException>(() => VectorRunner.Run(folder));
            Assert.Equal("other", VectorRunner.FindKind(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Assert.ThrowsAny<IOException>(() => VectorRunner.Run(Path.Combine(folder, "no-such-case")));
    }
}
