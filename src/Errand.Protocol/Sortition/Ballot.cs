using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>One round of votes on a case.</summary>
public sealed class Ballot
{
    private readonly SortedDictionary<PublicKey, bool> _votes = [];

    internal Ballot(int round, int seats, long openedMilliseconds)
    {
        Round = round;
        AcceptsNeeded = Lottery.AcceptThreshold(seats);
        RejectsNeeded = Lottery.RejectThreshold(seats);
        OpenedMilliseconds = openedMilliseconds;
    }

    /// <summary>From 1.</summary>
    public int Round { get; }

    /// <summary>T.</summary>
    public int AcceptsNeeded { get; }

    /// <summary>τ' − T + 1.</summary>
    public int RejectsNeeded { get; }

    /// <summary>When the round began, network time.</summary>
    public long OpenedMilliseconds { get; }

    /// <summary>Votes by verifier; those after the decision are recorded without effect.</summary>
    public IReadOnlyDictionary<PublicKey, bool> Votes => _votes;

    /// <summary>How the round stands.</summary>
    public BallotResult Result { get; private set; }

    /// <summary>Accepts so far.</summary>
    public int Accepts { get; private set; }

    /// <summary>Rejects so far.</summary>
    public int Rejects { get; private set; }

    /// <summary>Records a first vote. Gives the decision if this very vote made it.</summary>
    internal BallotResult Vote(PublicKey verifier, bool accept)
    {
        _votes.Add(verifier, accept);
        if (accept) Accepts++;
        else Rejects++;
        if (Result != BallotResult.Open) return BallotResult.Open;
        if (Accepts >= AcceptsNeeded) Result = BallotResult.Accepted;
        else if (Rejects >= RejectsNeeded) Result = BallotResult.Rejected;
        return Result;
    }

    internal void Expire()
    {
        if (Result == BallotResult.Open) Result = BallotResult.Undecided;
    }

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Array(6).UInt((ulong)Round).UInt((ulong)AcceptsNeeded).UInt((ulong)RejectsNeeded)
            .UInt((ulong)OpenedMilliseconds).UInt((ulong)Result);
        writer.Array(_votes.Count);
        foreach ((PublicKey verifier, bool accept) in _votes) writer.Array(2).Bytes(verifier.Value).Bool(accept);
    }
}
