using System.Globalization;
using System.Text.Json;

namespace Errand.Cryptography.Tests;

/// <summary>Runs the tests of one Wycheproof file and says which results differ.</summary>
internal static class WycheproofFile
{
    /// <summary>
    /// Gives every test with its group to <paramref name="accepts"/> and compares: "valid" must be accepted, "invalid" refused,
    /// "acceptable" may go either way unless <paramref name="decideAcceptable"/> says how. The answer null means that the test
    /// is outside what we use; those are counted, and the count must be <paramref name="skippedExpected"/>. Tests that are
    /// <paramref name="knownToDiffer"/> must differ.
    /// </summary>
    internal static void Run(
        string vectorCase,
        Func<JsonElement, JsonElement, bool?> accepts,
        int skippedExpected = 0,
        Func<JsonElement, bool>? decideAcceptable = null,
        Func<JsonElement, bool>? knownToDiffer = null)
    {
        JsonElement file = VectorFile.Read("wycheproof", vectorCase);
        var differing = new List<string>();
        int run = 0, skipped = 0;
        foreach (JsonElement group in file.GetProperty("testGroups").EnumerateArray())
        {
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                bool? accepted = accepts(group, test);
                if (accepted is null)
                {
                    skipped++;
                    continue;
                }
                run++;
                bool? expected = test.Text("result") switch
                {
                    "valid" => true,
                    "invalid" => false,
                    "acceptable" => decideAcceptable?.Invoke(test),
                    _ => throw new InvalidDataException("Unknown result."),
                };
                bool differs = expected is { } value && value != accepted;
                if (differs != (knownToDiffer?.Invoke(test) ?? false)) differing.Add(Describe(test));
            }
        }

        Assert.Empty(differing);
        Assert.Equal(skippedExpected, skipped);
        Assert.Equal(file.Number("numberOfTests"), run + skipped);
    }

    private static string Describe(JsonElement test) =>
        string.Create(CultureInfo.InvariantCulture, $"tcId {test.Number("tcId")} {test.Text("result")} {string.Join(',', test.Flags())} {test.Text("comment")}");
}
