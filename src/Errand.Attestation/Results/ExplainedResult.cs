namespace Errand.Attestation;

/// <summary>
/// A result that explains itself, as it stands in JSON: docs/attestation/result.schema.json. Members come in this order.
/// </summary>
public sealed record ExplainedResult
{
    /// <summary>Version of this form.</summary>
    public const string FormatName = "errand-attestation-result/1";

    /// <summary>Always <see cref="FormatName"/>.</summary>
    public string Format { get; } = FormatName;

    /// <summary>What it comes to.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Code of the reason of the first check that failed; <c>none</c> when none did.</summary>
    public required string Reason { get; init; }

    /// <summary>The verdict in a sentence, with what was not looked at.</summary>
    public required string Sentence { get; init; }

    /// <summary>Kind of evidence, such as <c>sev-snp</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The time that everything was held against.</summary>
    public required DateTimeOffset AppraisedAt { get; init; }

    /// <summary>The files, what they were taken for, and whether anything was read from them.</summary>
    public required IReadOnlyList<ExplainedFile> Files { get; init; }

    /// <summary>Whether the evidence is what its vendor's device said.</summary>
    public required ExplainedStep Authenticity { get; init; }

    /// <summary>Whether it is acceptable; null when neither policy nor nonce was given.</summary>
    public required ExplainedStep? Appraisal { get; init; }

    /// <summary>What ends first; null when nothing that was looked at ends.</summary>
    public required ExplainedEnd? WillFailAt { get; init; }

    /// <summary>What the evidence says, by stable name; empty unless it is authentic.</summary>
    public required IReadOnlyDictionary<string, string> Claims { get; init; }

    /// <summary>The result as JSON, members in stable order, indented.</summary>
    public byte[] ToJson() => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(this, ExplainedJson.Default.ExplainedResult);
}
