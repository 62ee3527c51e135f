using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>The judges' own record of a Proof of Trust.</summary>
internal sealed record NaiveCase(Bytes32 Id, NaiveNode Node, Bytes32 Evidence, long Epoch, Bytes32 Chip, Bytes32 Ek, long Position)
{
    public Bytes32? Randomness { get; set; }

    public List<NaiveBallot> Rounds { get; } = [];

    public long DueMilliseconds { get; set; }
}
