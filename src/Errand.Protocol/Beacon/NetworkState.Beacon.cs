using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The beacon (docs/protocol.md section 7): R(e+1) = H("errand/beacon/v1", network, e, R(e), lowest ticket).</summary>
public sealed partial class NetworkState
{
    // Changes of W at the opening of later epochs. Follows from the nodes' tenures, so it is not a record of its own.
    private readonly SortedDictionary<long, long> _weightChanges = [];

    private long BoundaryMilliseconds(long epoch) => Genesis.StartMilliseconds + epoch * Genesis.Times.EpochMilliseconds;

    private void OpenFirstEpoch()
    {
        Clock.Weight = TakeWeightChange(0);
        _deadlines.Add(new Deadline(BoundaryMilliseconds(1), DeadlineKind.EpochBoundary, default));
    }

    private void OnEpochBoundary(long due)
    {
        long epoch = Clock.Epoch;
        Bytes32 previous = Clock.Randomness.Randomness;
        BeaconValue next = Clock.LowestTicket is { } ticket
            ? new BeaconValue(new TaggedHash(Tags.Beacon).Add(Network.Value).Add((ulong)epoch).Add(previous).Add(ticket.Span).ToDigest(), Weak: false)
            : new BeaconValue(new TaggedHash(Tags.BeaconNone).Add(Network.Value).Add((ulong)epoch).Add(previous).ToDigest(), Weak: true);
        MakeChanges(epoch + 1);
        Clock.OpenEpoch(next);
        Clock.Weight += TakeWeightChange(Clock.Epoch);
        Expire(Clock.Epoch);
        _deadlines.Add(new Deadline(due + Genesis.Times.EpochMilliseconds, DeadlineKind.EpochBoundary, default));
    }

    private long TakeWeightChange(long epoch)
    {
        _weightChanges.Remove(epoch, out long change);
        return change;
    }

    private RefusalReason Apply(TicketEntry ticket, EntryContext context)
    {
        if (!_nodes.TryGetValue(context.Signer, out NodeState? node) || !node.Roles.HasFlag(NodeRoles.Verifier)) return RefusalReason.UnknownNode;
        if (!node.IsActive) return RefusalReason.Disqualified;
        if (ticket.Epoch != Clock.Epoch) return RefusalReason.WrongEpoch;
        // A key must have been qualified before R(e) was known, or it could be ground against R(e).
        if (node.KeyAt(Math.Max(0, Clock.Epoch - 1)) is not { } key) return RefusalReason.TicketTooYoung;
        var beta = new byte[Vrf.OutputSize];
        if (!Vrf.TryProofToHash(ticket.Proof.Span, beta)) return RefusalReason.VrfProof;
        if (Clock.LowestTicket is { } lowest && beta.AsSpan().SequenceCompareTo(lowest.Span) >= 0) return RefusalReason.TicketNotLowest;
        if (!TryVerify(context, key, TicketEntry.Input(Network, Clock.Epoch, Clock.Randomness.Randomness), ticket.Proof.Span, beta)) return RefusalReason.VrfProof;

        Clock.LowestTicket = beta;
        return RefusalReason.None;
    }
}
