using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>One round of votes on a case.</summary>
public sealed class Ballot
{
    private readonly SortedDictionary<PublicKey, bool> _votes = [];

    internal Ballot(int round, int seats, long openedMilliseconds)
        : this(round, Lottery.AcceptThreshold(seats), Lottery.RejectThreshold(seats), openedMilliseconds)
    {
    }

    private Ballot(int round, int acceptsNeeded, int rejectsNeeded, long openedMilliseconds)
    {
        Round = round;
        AcceptsNeeded = acceptsNeeded;
        RejectsNeeded = rejectsNeeded;
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

    internal static Ballot ReadFrom(ref RecordReader reader)
    {
        reader.Array(6);
        var ballot = new Ballot(reader.Int(), reader.Int(), reader.Int(), reader.Long()) { Result = reader.Enum<BallotResult>((int)BallotResult.Undecided) };
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            reader.Array(2);
            var verifier = new PublicKey(reader.Bytes32());
            bool accept = reader.Bool();
            if (!ballot._votes.TryAdd(verifier, accept)) reader.Fail();
            if (accept) ballot.Accepts++;
            else ballot.Rejects++;
        }
        return ballot;
    }
}
