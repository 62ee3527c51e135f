using Errand.Cryptography;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// When a verifier brings its beacon ticket: the lower it is, the sooner; and not at all once a lower one is in. A few entries an
/// epoch are then enough, however many verifiers there are.
/// </summary>
internal sealed class TicketDraw(VrfKey key)
{
    private long _epoch = -1;
    private byte[]? _beta;

    /// <summary>The proof; meaningful when <see cref="DueMilliseconds"/> is in the past.</summary>
    public byte[] Proof { get; } = new byte[Vrf.ProofSize];

    /// <summary>The epoch drawn for.</summary>
    public long Epoch => _epoch;

    /// <summary>When to bring it; never, if the verifier has none or a lower one is in.</summary>
    public long DueMilliseconds { get; private set; } = long.MaxValue;

    /// <summary>Draws anew in a new epoch, and sees whether the ticket still counts.</summary>
    public void Look(NetworkState state, NodeState self)
    {
        if (_epoch != state.Clock.Epoch) Draw(state, self);
        if (_beta is not null && state.Clock.LowestTicket is { } lowest && lowest.Span.SequenceCompareTo(_beta) <= 0) DueMilliseconds = long.MaxValue;
    }

    private void Draw(NetworkState state, NodeState self)
    {
        _epoch = state.Clock.Epoch;
        _beta = null;
        DueMilliseconds = long.MaxValue;
        if (self.KeyAt(Math.Max(0, _epoch - 1)) != key.PublicKey) return;
        key.Prove(TicketEntry.Input(state.Network, _epoch, state.Clock.Randomness.Randomness), Proof);
        var beta = new byte[Vrf.OutputSize];
        if (!Vrf.TryProofToHash(Proof, beta)) throw new InvalidOperationException("An own VRF proof gives no output.");
        _beta = beta;
        // Within the first half of the epoch, so that even the last has time to be final.
        long length = state.Genesis.Times.EpochMilliseconds;
        DueMilliseconds = state.Genesis.StartMilliseconds + _epoch * length + Lottery.TicketDelay(beta, Math.Max(1, state.Clock.Weight), length);
    }
}
