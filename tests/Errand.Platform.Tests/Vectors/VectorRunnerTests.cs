using Errand.Tests;

namespace Errand.Platform.Tests;

public sealed class VectorRunnerTests
{
    /// <summary>Members that describe a case for people and that nothing here computes.</summary>
    private static readonly string[] Descriptive = ["issuer"];

    [Theory]
    [InlineData("eventlog", 20)]
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
}
