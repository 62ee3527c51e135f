using Errand.Tests;

namespace Errand.Platform.Tests;

public sealed class VectorRunnerTests
{
    /// <summary>Members that speak to people about the case.</summary>
    private static readonly string[] Descriptive = ["sameFilesAs"];

    [Theory]
    [InlineData("eventlog", 20)]
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

    [Fact]
    public void Folder_without_a_known_case_is_an_error()
    {
        Assert.Throws<InvalidDataException>(() => VectorRunner.Run(Path.Combine(Errand.Tests.Vectors.Folder("ecvrf"), "rfc9381-p256-sha256-tai")));
        Assert.ThrowsAny<IOException>(() => VectorRunner.Run(Path.Combine(Errand.Tests.Vectors.Folder("tpm"), "no-such-case")));
    }
}
