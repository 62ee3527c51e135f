namespace Errand.Simulation;

/// <summary>A participant's process ends in the middle of a step.</summary>
/// <param name="Name">Whose.</param>
/// <param name="AtOperation">Before its write or message of this number, counted over its life; for the journal, in the middle of it.</param>
/// <param name="DownMilliseconds">How long until it is started again.</param>
/// <param name="TornBytes">How much of a journal record has reached the disk.</param>
internal sealed record Crash(string Name, int AtOperation, long DownMilliseconds, int TornBytes);
