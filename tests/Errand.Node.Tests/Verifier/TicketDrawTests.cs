using System.Buffers.Binary;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

[Collection(NetworkSuite.Name)]
public sealed class TicketDrawTests(SharedNetwork shared) : IDisposable
{
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly VrfKey _vrf = VrfKey.Generate();

    public void Dispose()
    {
        _key.Dispose();
        _vrf.Dispose();
    }

    [Fact]
    public async Task A_ticket_is_due_in_the_first_half_of_its_epoch_the_lower_the_sooner()
    {
        NetworkState state = await StateAsync();
        var draw = new TicketDraw(_vrf);
        var seen = new List<(byte[] Beta, long After)>();
        for (ulong sequence = 1; sequence <= 12; sequence++)
        {
            draw.Look(state, state.Nodes[_key.PublicKey]);
            Assert.Equal(state.Clock.Epoch, draw.Epoch);
            long opened = state.Genesis.StartMilliseconds + draw.Epoch * state.Genesis.Times.EpochMilliseconds;
            Assert.InRange(draw.DueMilliseconds - opened, 0, state.Genesis.Times.EpochMilliseconds / 2);
            var beta = new byte[Vrf.OutputSize];
            Assert.True(Vrf.TryProofToHash(draw.Proof, beta));
            seen.Add((beta, draw.DueMilliseconds - opened));

            // Brought when it is due, it counts, and is not brought again.
            Assert.Equal(RefusalReason.None, Apply(state, draw.DueMilliseconds, sequence, new TicketEntry { Epoch = draw.Epoch, Proof = draw.Proof.ToArray() }));
            draw.Look(state, state.Nodes[_key.PublicKey]);
            Assert.Equal(long.MaxValue, draw.DueMilliseconds);
            Assert.Equal(RefusalReason.None, Apply(state, state.NextDueMilliseconds, 100 + sequence, new TickEntry(), tick: true));
        }
        Assert.Equal(seen.OrderBy(ticket => BinaryPrimitives.ReadUInt64BigEndian(ticket.Beta)).Select(ticket => ticket.After), seen.Select(ticket => ticket.After).Order());
        Assert.True(seen.Select(ticket => ticket.After).Distinct().Count() > 1);
    }

    [Fact]
    public async Task A_verifier_with_another_key_has_no_ticket()
    {
        NetworkState state = await StateAsync();
        using VrfKey other = VrfKey.Generate();
        var draw = new TicketDraw(other);
        draw.Look(state, state.Nodes[_key.PublicKey]);
        Assert.Equal((0, long.MaxValue), (draw.Epoch, draw.DueMilliseconds));
    }

    // The network's genesis with the test's keys for one of its verifiers.
    private async Task<NetworkState> StateAsync()
    {
        Genesis genesis = (await shared.HealthyAsync()).State.Genesis;
        FoundingVerifier own = genesis.FoundingVerifiers[0] with { Node = _key.PublicKey, VrfKey = _vrf.PublicKey };
        return new NetworkState(genesis with { FoundingVerifiers = [.. genesis.FoundingVerifiers.RemoveAt(0).Add(own).OrderBy(founder => founder.Node)] });
    }

    private RefusalReason Apply(NetworkState state, long time, ulong sequence, EntryBody body, bool tick = false)
    {
        using SigningKey stranger = SigningKey.Generate();
        return state.Apply(time, EntrySigner.Sign(state.Network, tick ? stranger : _key, sequence, body).Encoded.Span).Refusal;
    }
}
