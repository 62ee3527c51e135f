namespace Errand.Cli;

/// <summary>One line of the table of vectors.</summary>
internal sealed record VectorRow(
    string Kind, string Name, string Expected, string Got, TimeSpan Time, bool Passed, bool UnknownKind, string? NotRun, IReadOnlyList<string> Differences, IReadOnlyList<string> NotCompared);
