namespace Errand.Node;

/// <summary>One thing that was looked at on a machine.</summary>
/// <param name="Name">Stable kebab-case name.</param>
/// <param name="Outcome">How it is.</param>
/// <param name="What">What was found, for people.</param>
/// <param name="Remedy">What to do; empty when it is good.</param>
public sealed record MachineFinding(string Name, FindingOutcome Outcome, string What, string Remedy);
