using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Runs published test vectors through the production verifiers. Which verifier runs depends on kind and file roles alone.</summary>
public static class VectorRunner
{
    private static readonly Dictionary<string, Func<VectorCase, (AttestationResult, JsonObject)>> Runners = new(StringComparer.Ordinal)
    {
        ["azure-vtpm"] = AzureVtpmVectors.Run,
        ["eventlog"] = EventLogVectors.Run,
        ["measure"] = MeasureVectors.Run,
        ["nitro"] = NitroVectors.Run,
        ["sev-snp"] = SnpVectors.Run,
        ["sgx"] = SgxVectors.Run,
        ["tdx"] = TdxVectors.Run,
        ["tpm"] = TpmVectors.Run,
    };

    /// <summary>The kinds that can be run.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Runners.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The kind that a case says it is of; null when its case.json does not say.</summary>
    public static string? FindKind(string folder)
    {
        try
        {
            return (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "case.json")))?["kind"];
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or InvalidOperationException or FormatException or IOException)
        {
            return null;
        }
    }

    /// <summary>Runs the case in a folder.</summary>
    /// <exception cref="InvalidDataException">The folder holds no case, or one of another kind.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static VectorOutcome Run(string folder)
    {
        VectorCase vector = VectorCase.Load(folder);
        if (!Runners.TryGetValue(vector.Kind, out Func<VectorCase, (AttestationResult Result, JsonObject Values)>? run)) throw new InvalidDataException($"Vectors of kind {vector.Kind} cannot be run.");
        (AttestationResult result, JsonObject values) = run(vector);
        (IReadOnlyList<string> differences, IReadOnlyList<string> notCompared) = VectorComparison.Compare(vector.Expected, values);
        return new VectorOutcome(vector.Kind, vector.Name, (string)vector.Expected["outcome"]!, (string?)vector.Expected["rejectReason"] ?? "", result, differences, notCompared);
    }
}
