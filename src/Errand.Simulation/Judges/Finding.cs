namespace Errand.Simulation;

/// <summary>Something that must never happen, and did.</summary>
/// <param name="Judge">Who found it.</param>
/// <param name="What">What it is.</param>
public sealed record Finding(string Judge, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Judge}: {What}";
}
