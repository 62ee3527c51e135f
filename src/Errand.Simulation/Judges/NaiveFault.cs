using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>The judges' own record of an accusation.</summary>
internal sealed record NaiveFault(Bytes32 Id, PublicKey Accuser, FaultEntry Entry, VerdictEntry Verdict, Bytes32 Claim, IReadOnlyList<NaiveNode> Accused, NaiveNode Judged, long Epoch)
{
    /// <summary>Whether what is charged is so; null where the judges do not know.</summary>
    public bool? IsTrue { get; init; }

    public Bytes32? Randomness { get; set; }

    public List<NaiveBallot> Rounds { get; } = [];

    public long DueMilliseconds { get; set; }

    /// <summary>Null while it is judged.</summary>
    public bool? Upheld { get; set; }

    public long ForgetEpoch { get; set; } = long.MaxValue;
}
