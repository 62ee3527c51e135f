using System.Security.Cryptography;
using System.Text.Json;
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

    /// <summary>Kinds whose files hold many tests of one algorithm.</summary>
    private static readonly Dictionary<string, Func<VectorCase, VectorTally, string?>> AlgorithmRunners = new(StringComparer.Ordinal)
    {
        ["ecvrf"] = EcvrfVectors.Run,
        ["hpke"] = HpkeVectors.Run,
        ["wycheproof"] = WycheproofVectors.Run,
    };

    /// <summary>The kinds that can be run.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Runners.Keys.Concat(AlgorithmRunners.Keys).Order(StringComparer.Ordinal)];

    /// <summary>The kind that a case says it is of; null when its case.json does not say.</summary>
    public static string? FindKind(string folder)
    {
        try
        {
            return (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "case.json")))?["kind"];
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or FormatException or IOException)
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
        string expected = (string?)vector.Expected["outcome"] ?? throw new InvalidDataException("The case expects no outcome.");
        if (AlgorithmRunners.TryGetValue(vector.Kind, out Func<VectorCase, VectorTally, string?>? runAll)) return RunAll(vector, expected, runAll);
        if (!Runners.TryGetValue(vector.Kind, out Func<VectorCase, (AttestationResult Result, JsonObject Values)>? run)) throw new InvalidDataException($"Vectors of kind {vector.Kind} cannot be run.");
        (AttestationResult result, JsonObject values) = run(vector);
        (IReadOnlyList<string> differences, IReadOnlyList<string> notCompared) = VectorComparison.Compare(vector.Expected, values);
        return new VectorOutcome(vector.Kind, vector.Name, expected, (string?)vector.Expected["rejectReason"] ?? "", result, differences, notCompared)
        {
            ActualOutcome = result.Accepted ? "accept" : "reject",
            ActualReason = result.Reason.ToCode(),
        };
    }

    // Each test says what it expects; the case as a whole came out as expected when none differs and something was run.
    private static VectorOutcome RunAll(VectorCase vector, string expected, Func<VectorCase, VectorTally, string?> run)
    {
        var tally = new VectorTally();
        string? notRun;
        try
        {
            notRun = run(vector, tally);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or CryptographicException)
        {
            throw new InvalidDataException($"A test has another form than in every file of its kind: {wrong.Message}", wrong);
        }
        return new VectorOutcome(vector.Kind, vector.Name, expected, "", AttestationResult.Empty, tally.Differing, [])
        {
            ActualOutcome = notRun is not null ? "not run" : tally.Run > 0 && tally.Differing.Count == 0 ? expected : "differs",
            ActualReason = "",
            NotRun = notRun,
            TestsRun = tally.Run,
            TestsSkipped = tally.Skipped,
        };
    }
}
