using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>The judges' own record of what an operator's accusations came to.</summary>
internal sealed class NaiveAccuser
{
    public Bytes32? Open { get; set; }

    public int Failures { get; set; }

    public long NextEpoch { get; set; }

    public long ForgetEpoch { get; set; } = long.MaxValue;
}
