namespace Errand.Simulation;

/// <summary>For a while some are cut off from everybody else.</summary>
internal sealed record Partition(long FromMilliseconds, long UntilMilliseconds, IReadOnlySet<string> CutOff)
{
    public bool Separates(string one, string other, long now) =>
        now >= FromMilliseconds && now < UntilMilliseconds && CutOff.Contains(one) != CutOff.Contains(other);
}
