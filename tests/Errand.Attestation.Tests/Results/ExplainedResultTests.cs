using System.Text.Json;

namespace Errand.Attestation.Tests;

public sealed class ExplainedResultTests
{
    public static TheoryData<string> Results => ["authentic", "accepted", "rejected", "unsigned", "appraised-not"];

    [Theory]
    [MemberData(nameof(Results))]
    public void Json_is_as_its_schema_says(string which)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Errand.Tests.Vectors.Repository(), "docs", "attestation", "result.schema.json")));
        using JsonDocument json = JsonDocument.Parse(ResultOf(which).ToJson());
        Assert.Empty(new Schema(schema.RootElement).Validate(json.RootElement));
        Assert.Equal(["format", "verdict", "reason", "sentence", "kind", "appraisedAt", "files", "authenticity", "appraisal", "willFailAt", "claims"], json.RootElement.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("\"verdict\": \"authentic\"", "\"verdict\": \"fine\"")]
    [InlineData("\"appraisedAt\": \"2026", "\"appraisedAt\": \"26")]
    [InlineData("\"kind\":", "\"king\":")]
    [InlineData("\"used\": true", "\"used\": 1")]
    public void The_schema_refuses_other_forms(string original, string changed)
    {
        string text = System.Text.Encoding.UTF8.GetString(ResultOf("authentic").ToJson());
        Assert.Contains(original, text, StringComparison.Ordinal);
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Errand.Tests.Vectors.Repository(), "docs", "attestation", "result.schema.json")));
        using JsonDocument json = JsonDocument.Parse(text.Replace(original, changed, StringComparison.Ordinal));
        Assert.NotEmpty(new Schema(schema.RootElement).Validate(json.RootElement));
    }

    [Theory]
    [InlineData("authentic", "none", false)]
    [InlineData("accepted", "affirming", false)]
    [InlineData("rejected", "contraindicated", true)]
    [InlineData("appraised-not", "contraindicated", false)]
    [InlineData("unsigned", "none", false)]
    public void Ear_says_no_more_than_the_verdict(string which, string status, bool vector)
    {
        ExplainedResult result = ResultOf(which);
        using JsonDocument ear = JsonDocument.Parse(EarClaimsSet.Of(result));
        JsonElement submodule = ear.RootElement.GetProperty("submods").GetProperty(result.Kind);
        Assert.Equal(status, submodule.GetProperty("ear.status").GetString());
        Assert.Equal(vector, submodule.TryGetProperty("ear.trustworthiness-vector", out _));
        Assert.Equal(result.AppraisedAt.ToUnixTimeSeconds(), ear.RootElement.GetProperty("iat").GetInt64());
    }

    [Fact]
    public void Sentences_of_failures_hold_expectation_finding_and_remedy()
    {
        ExplainedResult result = ResultOf("rejected");
        Assert.All(result.Authenticity.Checks.Where(check => check.Outcome == CheckOutcome.Failed), check =>
        {
            Assert.Contains(check.Expected, check.Sentence, StringComparison.Ordinal);
            Assert.Contains(check.Actual, check.Sentence, StringComparison.Ordinal);
            Assert.NotEqual("none", check.Reason);
        });
    }

    private static ExplainedResult ResultOf(string which)
    {
        EvidenceBundle bundle = EvidenceScenes.Bundle(EvidenceScenes.Quote(IntelTeeType.Tdx));
        return which switch
        {
            "authentic" => EvidenceScenes.Appraise(EvidenceScenes.Quote(IntelTeeType.Tdx)),
            "accepted" => EvidenceVerifier.Appraise(bundle, Collateral.None, EvidenceVerifier.DraftPolicy(bundle, Collateral.None, EvidenceScenes.Roots, IntelScene.Now), EvidenceScenes.Roots, IntelScene.Now),
            "rejected" => EvidenceScenes.Appraise(EvidenceScenes.Quote(IntelTeeType.Tdx), roots: TrustedRoots.None),
            "appraised-not" => EvidenceScenes.Appraise(EvidenceScenes.Quote(IntelTeeType.Tdx), AppraisalPolicy.Nothing),
            "unsigned" => EvidenceScenes.Appraise(EvidenceScenes.Log()),
            _ => throw new ArgumentOutOfRangeException(nameof(which)),
        };
    }
}
