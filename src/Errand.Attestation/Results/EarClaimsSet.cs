using System.Text.Json;

namespace Errand.Attestation;

/// <summary>
/// A result as an unsigned EAR claims-set in JSON (draft-ietf-rats-ear, EAT Attestation Results). Unsigned, it is a form for other
/// programs to read, and no statement that anybody can be held to.
/// </summary>
/// <remarks>
/// One submodule, named after the kind of evidence. Its status is <c>affirming</c> when the evidence is accepted, <c>contraindicated</c> when
/// it is rejected and <c>none</c> when nobody appraised it. The trust vector is left out but for evidence that is not authentic, where the
/// instance's identity is 99, cryptographic validation failed (draft-ietf-rats-ar4si, section 2.3.2): this library compares with
/// reference values and does not rate what they stand for.
/// </remarks>
public static class EarClaimsSet
{
    private const string Profile = "tag:github.com,2023:veraison/ear";
    private const string Developer = "Errand";
    private const int CryptographicValidationFailed = 99;

    /// <summary>The claims-set, indented, in UTF-8.</summary>
    public static byte[] Of(ExplainedResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" })) Write(json, result);
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ExplainedResult result)
    {
        json.WriteStartObject();
        json.WriteString("eat_profile", Profile);
        json.WriteNumber("iat", result.AppraisedAt.ToUnixTimeSeconds());
        json.WriteStartObject("ear.verifier-id");
        json.WriteString("developer", Developer);
        json.WriteString("build", ExplainedResult.FormatName);
        json.WriteEndObject();
        json.WriteStartObject("submods");
        json.WriteStartObject(result.Kind);
        json.WriteString("ear.status", result.Verdict switch
        {
            Verdict.Accepted => "affirming",
            Verdict.Rejected => "contraindicated",
            Verdict.Authentic or Verdict.Unsigned => "none",
            _ => throw new ArgumentOutOfRangeException(nameof(result)),
        });
        if (result.Authenticity.Outcome != CheckOutcome.Passed)
        {
            json.WriteStartObject("ear.trustworthiness-vector");
            json.WriteNumber("instance-identity", CryptographicValidationFailed);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
