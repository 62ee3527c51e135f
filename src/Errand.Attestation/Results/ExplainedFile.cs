namespace Errand.Attestation;

/// <summary>A file as it was taken.</summary>
/// <param name="Name">What the caller calls it.</param>
/// <param name="Role">Its role, such as <c>tdx-quote</c>.</param>
/// <param name="Used">False when nothing was read from it: it does not fit this evidence, or nothing asks for it.</param>
public sealed record ExplainedFile(string Name, string Role, bool Used);
