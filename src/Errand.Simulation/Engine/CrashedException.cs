namespace Errand.Simulation;

/// <summary>A participant's process has ended in the middle of a step; the world catches it and starts the participant again later.</summary>
internal sealed class CrashedException : Exception;
