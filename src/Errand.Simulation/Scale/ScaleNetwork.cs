using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>One follower of a large network's ledger, and the ledger's clock. Every entry goes through all checks of the fold.</summary>
internal sealed class ScaleNetwork
{
    // Signers use numbers that rise with the position, so that nobody has to remember the last one.
    private long _entries;

    public ScaleNetwork(int verifiers, int committee = ScaleGenesis.CommitteeSize)
    {
        Verifiers = verifiers;
        Genesis = ScaleGenesis.Make(verifiers, committee);
        State = new NetworkState(Genesis);
        Now = Genesis.StartMilliseconds;
    }

    /// <summary>How many verifiers there are, the founder included.</summary>
    public int Verifiers { get; }

    public Genesis Genesis { get; }

    public NetworkState State { get; }

    public NetworkId Network => State.Network;

    /// <summary>The ledger's time of the next entry.</summary>
    public long Now { get; set; }

    /// <summary>Entries folded so far.</summary>
    public long Entries => _entries;

    /// <summary>A number above all that any signer has used.</summary>
    public ulong NextSequence => (ulong)_entries + 1;

    /// <summary>Folds entries in their order, VRF proofs verified together where that is faster. All must apply.</summary>
    public void Fold(IReadOnlyList<PreparedEntry> entries)
    {
        var waiting = new Queue<PreparedEntry>(entries);
        while (waiting.Count > 0)
        {
            State.ForeseeTogether(waiting);
            Fold(waiting.Dequeue());
        }
    }

    public void Fold(PreparedEntry entry)
    {
        ApplyResult result = State.Apply(Now, entry);
        _entries++;
        if (!result.Applied) throw new InvalidOperationException($"Entry {entry.Body?.Kind} at {State.NextPosition - 1} was refused: {result.Refusal.Code()}.");
    }

    /// <summary>The same with the key of a role.</summary>
    public PreparedEntry Prepare(string role, int number, ulong sequence, EntryBody body)
    {
        using SigningKey key = ScaleKeys.Signing(role, number);
        return Prepare(key, sequence, body);
    }

    /// <summary>Signs and checks an entry as it comes off the wire.</summary>
    public PreparedEntry Prepare(SigningKey key, ulong sequence, EntryBody body) => PreparedEntry.Prepare(Network, EntrySigner.Sign(Network, key, sequence, body).Encoded.Span);

    /// <summary>Lets time pass to a moment, with a tick for all deadlines that are due then.</summary>
    public void AdvanceTo(long milliseconds)
    {
        Now = milliseconds;
        if (State.NextDueMilliseconds <= Now) Fold(Prepare("ticker", 0, NextSequence, new TickEntry()));
    }
}
