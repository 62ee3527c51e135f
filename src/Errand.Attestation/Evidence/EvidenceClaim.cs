namespace Errand.Attestation;

/// <summary>One thing that evidence says.</summary>
/// <param name="Name">Stable name, such as <c>measurement</c> or <c>pcr.sha256.7</c>.</param>
/// <param name="Value">Bytes in lower-case hexadecimal, numbers in decimal, words as they are.</param>
public sealed record EvidenceClaim(string Name, string Value);
