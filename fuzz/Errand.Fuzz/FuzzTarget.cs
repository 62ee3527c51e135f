namespace Errand.Fuzz;

/// <summary>Something that takes bytes of strangers. <see cref="Run"/> must not throw, whatever they are; it throws <see cref="BrokenPromiseException"/> itself where accepted input does not re-encode to itself.</summary>
internal sealed record FuzzTarget(string Name, IReadOnlyList<FuzzInput> Seeds, Action<FuzzInput> Run);
