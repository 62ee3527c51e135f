using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>What cases say of failures beyond the first.</summary>
internal static class VectorFailures
{
    /// <summary>Codes of the reasons after the first one, in order, each once.</summary>
    internal static JsonArray DescribeOtherFailures(this AttestationResult result) => new(
        [.. result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Reason).Distinct().Skip(1).Select(reason => (JsonNode)reason.ToCode())]);
}
