namespace Errand.Protocol;

/// <summary>When a task entered a phase; the task's history for people.</summary>
/// <param name="Phase">The phase entered.</param>
/// <param name="Attempt">The attempt, 0 before the draw.</param>
/// <param name="AtMilliseconds">Network time.</param>
public readonly record struct TaskStep(TaskPhase Phase, int Attempt, long AtMilliseconds);
