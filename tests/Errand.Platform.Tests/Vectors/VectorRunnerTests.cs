using Errand.Tests;

namespace Errand.Platform.Tests;

public sealed class VectorRunnerTests
{
    /// <summary>Members that describe a case for people and that nothing here computes.</summary>
    private static readonly string[] Descriptive = ["issuer"];

    [Theory]
    [InlineData("eventlog", 20)]
    [InlineData("measure", 3)]
    [InlineData("sev-snp", 11)]
    [InlineData("tpm", 19)]
    public void Every_vector_has_its_expected_outcome_reason_and_values(string kind, int countMin)
    {
        string[] folders = [.. Directory.GetDirectories(Errand.Tests.Vectors.Folder(kind)).Order(StringComparer.Ordinal)];
        Assert.True(folders.Length >= countMin, $"only {folders.Length} cases of {kind}");
        List<string> failures = [];
        foreach (VectorOutcome outcome in folders.Select(VectorRunner.Run))
        {
            if (!outcome.Passed) failures.Add($"{outcome.Name}: expected {outcome.ExpectedOutcome} {outcome.ExpectedReason}, {outcome.Result}; {outcome.Result.FirstFailure}; {string.Join("; ", outcome.Differences)}");
            if (outcome.NotCompared.Except(Descriptive).Any()) failures.Add($"{outcome.Name}: not compared: {string.Join(", ", outcome.NotCompared)}");
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Theory]
    [InlineData("sev-snp", "genoa-v5-vcek", "\"vmpl\": 0", "\"vmpl\": 1", "report.vmpl")]
    [InlineData("sev-snp", "genoa-v5-vcek", "\"outcome\": \"accept\"", "\"outcome\": \"reject\"", null)]
    [InlineData("sev-snp", "milan-v2-tampered-measurement-reject", "\"rejectReason\": \"report-signature\"", "\"rejectReason\": \"malformed\"", null)]
    [InlineData("tpm", "swtpm-rsa-sha256", "\"resetCount\": 2", "\"resetCount\": 3", "quote.resetCount")]
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
