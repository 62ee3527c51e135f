using System.Numerics;
using System.Security.Cryptography;

namespace Errand.Protocol.Tests;

/// <summary>These fail when any byte, id or state root of the protocol changes: then every network changes with it.</summary>
public sealed class ProtocolVectorTests
{
    [Fact]
    public void Genesis_has_its_bytes_id_and_root()
    {
        if (ProtocolVectors.Rewrite)
        {
            Genesis genesis = Journey.Run().State.Genesis;
            ProtocolVectors.Save("genesis", new GenesisVector(
                ProtocolVectors.Hex(genesis.Encode()), genesis.NetworkId().ToString(), new NetworkState(genesis).Root().ToString()));
        }
        GenesisVector vector = ProtocolVectors.Load<GenesisVector>("genesis");
        byte[] document = Convert.FromHexString(vector.Document);
        Assert.Equal(GenesisError.None, Genesis.TryDecode(document, out Genesis? read));
        Assert.Equal(document, read!.Encode());
        Assert.Equal(ProtocolVectors.Hex(SHA256.HashData(document)), vector.NetworkId);
        Assert.Equal(vector.NetworkId, read.NetworkId().ToString());
        Assert.Equal(vector.Root, new NetworkState(read).Root().ToString());
    }

    [Fact]
    public void An_entry_of_each_kind_has_its_bytes_and_id()
    {
        if (ProtocolVectors.Rewrite)
        {
            TestNetwork network = Journey.Run();
            ProtocolVectors.Save("entries", network.History.Where(record => record.Refusal == RefusalReason.None)
                .Select(record => (record.Bytes, Entry: PreparedEntry.Prepare(network.Network, record.Bytes)))
                .DistinctBy(pair => pair.Entry.Body!.Kind).OrderBy(pair => pair.Entry.Body!.Kind)
                .Select(pair => new EntryVector((int)pair.Entry.Body!.Kind, pair.Entry.Signer.ToString(), pair.Entry.Sequence, pair.Entry.Id.ToString(), ProtocolVectors.Hex(pair.Bytes))));
        }
        Genesis.TryDecode(Convert.FromHexString(ProtocolVectors.Load<GenesisVector>("genesis").Document), out Genesis? genesis);
        EntryVector[] vectors = ProtocolVectors.Load<EntryVector[]>("entries");
        Assert.Equal(Enum.GetValues<EntryKind>().Select(kind => (int)kind), vectors.Select(vector => vector.Kind));
        foreach (EntryVector vector in vectors)
        {
            PreparedEntry entry = PreparedEntry.Prepare(genesis!.NetworkId(), Convert.FromHexString(vector.Entry));
            Assert.Equal(RefusalReason.None, entry.Refusal);
            Assert.Equal((EntryKind)vector.Kind, entry.Body!.Kind);
            Assert.Equal(vector.Signer, entry.Signer.ToString());
            Assert.Equal(vector.Sequence, entry.Sequence);
            Assert.Equal(vector.Id, entry.Id.ToString());
            Assert.Equal(entry.Payload.ToArray(), EntrySigner.Payload(entry.Sequence, entry.Body));
        }
    }

    [Fact]
    public void A_recorded_history_has_its_outcomes_and_roots()
    {
        if (ProtocolVectors.Rewrite)
        {
            TestNetwork network = Journey.Run();
            var replay = new NetworkState(network.State.Genesis);
            ProtocolVectors.Save("history", network.History.Select(record => new HistoryVector(
                record.Milliseconds,
                ProtocolVectors.Hex(record.Bytes),
                replay.Apply(record.Milliseconds, record.Bytes).Refusal.Code(),
                replay.Root().ToString())).ToArray());
        }
        Genesis.TryDecode(Convert.FromHexString(ProtocolVectors.Load<GenesisVector>("genesis").Document), out Genesis? genesis);
        HistoryVector[] vectors = ProtocolVectors.Load<HistoryVector[]>("history");
        Assert.InRange(vectors.Length, 200, 1_000);
        var state = new NetworkState(genesis!);
        for (int i = 0; i < vectors.Length; i++)
        {
            ApplyResult result = state.Apply(vectors[i].Milliseconds, Convert.FromHexString(vectors[i].Entry));
            Assert.Equal((i, vectors[i].Outcome, vectors[i].Root), (i, result.Refusal.Code(), state.Root().ToString()));
        }
    }

    [Fact]
    public void Seats_are_won_at_the_exact_boundary()
    {
        if (ProtocolVectors.Rewrite) ProtocolVectors.Save("seats", MakeSeats().ToArray());
        SeatVector[] vectors = ProtocolVectors.Load<SeatVector[]>("seats");
        Assert.True(vectors.Length > 20);
        Assert.All(vectors, vector => Assert.Equal(vector.Seat, Lottery.HasSeat(Convert.FromHexString(vector.Beta), vector.Weight, vector.Size)));
    }

    private static IEnumerable<SeatVector> MakeSeats()
    {
        BigInteger range = BigInteger.One << 512;
        foreach (int weight in new[] { 1, 127, 128, 129, 384, 385, 10_000 })
        {
            // The first output without a seat, by division; every output has one when there are not more verifiers than seats.
            BigInteger first = weight <= 128 ? range : (128 * range + weight - 1) / weight;
            foreach (BigInteger beta in new[] { 0, first - 1, first, range - 1 }.Where(beta => beta < range).Distinct())
                yield return new SeatVector(beta.ToString("x129", null)[1..], weight, 128, beta < first);
        }
    }
}
