using System.Text.Json.Nodes;

namespace Errand.Platform;

/// <summary>Compares expected values with those that came out: members of objects one by one, everything else as a whole.</summary>
internal static class VectorComparison
{
    /// <summary>Members that say how a case ends, or what it was given, rather than what is read from it.</summary>
    private static readonly string[] Inputs = ["outcome", "rejectReason", "verifierNonce", "alteredOffsets"];

    internal static (IReadOnlyList<string> Differences, IReadOnlyList<string> NotCompared) Compare(JsonObject expected, JsonObject actual)
    {
        List<string> differences = [];
        List<string> notCompared = [];
        foreach ((string name, JsonNode? value) in expected)
        {
            if (Inputs.Contains(name)) continue;
            if (actual.TryGetPropertyValue(name, out JsonNode? own)) Compare(name, value, own, differences);
            else notCompared.Add(name);
        }
        return (differences, notCompared);
    }

    private static void Compare(string path, JsonNode? expected, JsonNode? actual, List<string> differences)
    {
        if (expected is JsonObject members && actual is JsonObject ownMembers)
        {
            // What the case does not list (PCRs that its source did not assert) is not compared.
            foreach ((string name, JsonNode? value) in members)
            {
                if (ownMembers.TryGetPropertyValue(name, out JsonNode? own)) Compare($"{path}.{name}", value, own, differences);
                else differences.Add($"{path}.{name}: expected {Text(value)}, not produced");
            }
        }
        else if (!JsonNode.DeepEquals(expected, actual)) differences.Add($"{path}: expected {Text(expected)}, actual {Text(actual)}");
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
