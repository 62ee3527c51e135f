using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>A participant's own fold of the ledger, entry by entry with the real rules.</summary>
internal sealed class Follower
{
    private readonly World _world;
    private readonly Participant _owner;

    public Follower(World world, Participant owner)
    {
        _world = world;
        _owner = owner;
        State = new NetworkState(world.Genesis);
        View = world.Ledger.ViewOf(owner);
    }

    public NetworkState State { get; }

    public EvidenceBook Book { get; } = new();

    /// <summary>Entries folded.</summary>
    public int Position { get; private set; }

    /// <summary>The history that it reads.</summary>
    public LedgerView View { get; private set; }

    /// <summary>True when what it has folded is no beginning of the history that it now reads.</summary>
    public bool IsDiverged { get; private set; }

    /// <summary>True when the ledger's times have gone backwards: software stops there.</summary>
    public bool IsHalted { get; private set; }

    /// <summary>Digest over everything folded, in order.</summary>
    public Bytes32 Digest { get; private set; }

    /// <summary>The ledger's time of the last entry.</summary>
    public long LedgerMilliseconds { get; private set; }

    /// <summary>Folds what the ledger shows, up to a position.</summary>
    public void Pull(int until)
    {
        LedgerView shown = _world.Ledger.ViewOf(_owner);
        if (shown != View)
        {
            IsDiverged |= Position > shown.Count || shown.DigestOf(Position) != View.DigestOf(Position);
            View = shown;
        }
        while (!IsHalted && Position < Math.Min(until, View.Count)) Apply(View[Position]);
    }

    private void Apply(LedgerRecord record)
    {
        record.Foresee(State);
        ApplyResult result;
        try
        {
            result = State.Apply(record.TimeMilliseconds, record.Prepared);
        }
        catch (LedgerTimeException)
        {
            IsHalted = true;
            return;
        }
        int position = Position++;
        LedgerMilliseconds = record.TimeMilliseconds;
        Digest = Extend(Digest, record);
        if (result.Applied) Book.Note(State, position, result.Entry);
        _owner.OnApplied(record, result);
        _world.Judges.NoteEntry(this, _owner, position, record, result);
    }

    /// <summary>The digest over a history that goes on with one more entry.</summary>
    public static Bytes32 Extend(Bytes32 digest, LedgerRecord record)
    {
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, record.TimeMilliseconds);
        return new Bytes32(SHA256.HashData([.. digest.ToArray(), .. time, .. record.Prepared.Id.Value.ToArray(), .. record.Bytes.Span[^16..]]));
    }
}
