using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>The judges' own count of one round.</summary>
internal sealed class NaiveBallot(long seats, long openedMilliseconds)
{
    private readonly Dictionary<PublicKey, bool> _votes = [];

    public long OpenedMilliseconds { get; } = openedMilliseconds;

    /// <summary>Null while open; true for accepted, false for rejected.</summary>
    public bool? Decision { get; private set; }

    public bool Expired { get; set; }

    public IReadOnlyDictionary<PublicKey, bool> Votes => _votes;

    /// <summary>More than three fifths of the seats approve; as many reject as make that impossible.</summary>
    public long AcceptsNeeded => seats * 3 / 5 + 1;

    /// <summary>Counts a vote; true if it is the one that decides.</summary>
    public bool Count(PublicKey verifier, bool accept)
    {
        _votes.Add(verifier, accept);
        if (Decision is not null || Expired) return false;
        if (_votes.Values.Count(vote => vote) >= AcceptsNeeded) Decision = true;
        else if (_votes.Values.Count(vote => !vote) > seats - AcceptsNeeded) Decision = false;
        return Decision is not null;
    }
}
