using Errand.Cryptography;

namespace Errand.Protocol.Tests;

/// <summary>Time: ticks, epochs, tickets.</summary>
internal sealed partial class TestNetwork
{
    /// <summary>When an epoch opens.</summary>
    public long Boundary(long epoch) => State.Genesis.StartMilliseconds + epoch * Times.EpochMilliseconds;

    /// <summary>Appends a tick at <see cref="Now"/>.</summary>
    public RefusalReason Tick() => Apply(Ticker, new TickEntry());

    /// <summary>Lets time pass with ticks, one for each deadline, as a node's clock does; ends exactly at <paramref name="milliseconds"/>.</summary>
    /// <param name="milliseconds">Network time to reach; deadlines due then have fired.</param>
    /// <param name="tickets">Whether a verifier gives a ticket in each epoch that is passed.</param>
    public void AdvanceTo(long milliseconds, bool tickets = true)
    {
        if (tickets) GiveTicket();
        while (State.NextDueMilliseconds <= milliseconds)
        {
            Now = State.NextDueMilliseconds;
            if (Tick() != RefusalReason.None) throw new InvalidOperationException($"The tick at {Now} was refused.");
            if (tickets) GiveTicket();
        }
        Now = milliseconds;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(long milliseconds, bool tickets = true) => AdvanceTo(Now + milliseconds, tickets);

    /// <summary>Goes on to the opening of the next epoch.</summary>
    public void NextEpoch(bool tickets = true) => AdvanceTo(Boundary(State.Clock.Epoch + 1), tickets);

    /// <summary>A verifier's ticket for the current epoch.</summary>
    public TicketEntry Ticket(TestActor verifier) => Ticket(verifier, verifier.Vrf);

    /// <summary>A ticket with a key other than the verifier's latest.</summary>
    public TicketEntry Ticket(TestActor verifier, VrfKey key) => new()
    {
        Epoch = State.Clock.Epoch,
        Proof = TestActor.Prove(key, TicketEntry.Input(Network, State.Clock.Epoch, State.Clock.Randomness.Randomness)),
    };

    // One ticket makes an epoch strong; in turns, so that tickets come from all verifiers.
    private void GiveTicket()
    {
        if (State.Clock.LowestTicket is not null) return;
        for (int i = 0; i < Verifiers.Count; i++)
        {
            TestActor verifier = Verifiers[(int)((State.Clock.Epoch + i) % Verifiers.Count)];
            if (Apply(verifier, Ticket(verifier)) == RefusalReason.None) return;
        }
        throw new InvalidOperationException($"No verifier could give a ticket in epoch {State.Clock.Epoch}.");
    }
}
