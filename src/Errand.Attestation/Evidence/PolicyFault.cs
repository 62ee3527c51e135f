namespace Errand.Attestation;

/// <summary>What is wrong with a policy file.</summary>
/// <param name="Path">Where, such as <c>sevSnp.references[0].measurement</c>; empty for the file as a whole.</param>
/// <param name="Sentence">What is wrong, and what to write.</param>
public sealed record PolicyFault(string Path, string Sentence)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? Sentence : $"{Path} {Sentence}";
}
