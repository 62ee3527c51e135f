using CsCheck;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>What must hold whatever is appended: the fold never throws, refusals change nothing, releases come after a quorum.</summary>
public sealed class InvariantTests
{
    private static readonly TestNetwork Recorded = Journey.Run();

    [Fact]
    public void Every_flipped_bit_of_any_entry_is_refused()
    {
        // One entry of each kind, as recorded; each byte changed in one way that the seed picks.
        byte[][] entries = [.. Recorded.History.Where(record => record.Refusal == RefusalReason.None)
            .GroupBy(record => PreparedEntry.Prepare(Recorded.Network, record.Bytes).Body!.Kind).Select(group => group.First().Bytes)];
        Assert.Equal(Enum.GetValues<EntryKind>().Length, entries.Length);
        Gen.Int[0, 7].Sample(
            bit =>
            {
                foreach (byte[] entry in entries)
                {
                    for (int i = 0; i < entry.Length; i++)
                    {
                        byte[] changed = [.. entry];
                        changed[i] ^= (byte)(1 << bit);
                        RefusalReason refusal = PreparedEntry.Prepare(Recorded.Network, changed).Refusal;
                        Assert.True(refusal is RefusalReason.Frame or RefusalReason.Signature, $"Bit {bit} of byte {i}: {refusal}.");
                    }
                }
            },
            iter: 2,
            threads: 1);
    }

    [Fact]
    public void Any_bytes_are_an_entry_or_a_refusal() =>
        Gen.Byte.Array[0, 300].Sample(
            payload =>
            {
                Assert.Equal(RefusalReason.Frame, PreparedEntry.Prepare(Recorded.Network, payload).Refusal);
                // Signed, so that the parsers behind the signature see it too: as a payload, and as the body of each kind.
                Assert.NotEqual(RefusalReason.None, PreparedEntry.Prepare(Recorded.Network, Recorded.Frame(Recorded.Ledger, payload)).Refusal);
            },
            iter: 3_000);

    [Fact]
    public void Changed_payloads_under_good_signatures_never_throw()
    {
        (TestActor Signer, byte[] Payload)[] payloads = [.. Signed()];
        Gen.Select(Gen.Int[0, payloads.Length - 1], Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[0, 3]).Array[1, 3].Sample(
            changes =>
            {
                (TestActor signer, byte[] payload) = payloads[changes[0].Item1];
                var changed = new List<byte>(payload);
                foreach ((_, int place, byte value, int action) in changes)
                {
                    if (changed.Count == 0) break;
                    int at = place % changed.Count;
                    switch (action)
                    {
                        case 0: changed.RemoveAt(at); break;
                        case 1: changed.Insert(at, value); break;
                        case 2: changed[at] ^= (byte)(1 << (value & 7)); break;
                        default: changed[at] = value; break;
                    }
                }
                PreparedEntry entry = PreparedEntry.Prepare(Recorded.Network, Recorded.Frame(signer, changed.ToArray()));
                if (entry.Refusal != RefusalReason.None) return;
                // What is read is what was written, byte for byte: no second form of any entry.
                Assert.Equal(changed.ToArray(), EntrySigner.Payload(entry.Sequence, entry.Body!));
            },
            iter: 20_000);
    }

    [Fact]
    public void Garbage_between_the_entries_changes_nothing()
    {
        TestRecord[] history = [.. Recorded.History];
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, history.Length - 1], Gen.Int[0, 2_000]).Array[history.Length].Sample(
            noise =>
            {
                var state = new NetworkState(Recorded.State.Genesis);
                var judge = new InvariantJudge(state);
                for (int i = 0; i < history.Length; i++)
                {
                    (int kind, int other, int at) = noise[i];
                    byte[]? garbage = kind switch
                    {
                        // Out of place: an entry from elsewhere in the history, of another signer's sequence; and broken ones.
                        0 => history[other].Bytes,
                        1 => history[other].Bytes.Select((value, index) => index == at ? (byte)(value ^ 0xFF) : value).ToArray(),
                        _ => null,
                    };
                    // An entry from later on may apply early; then the recorded one is refused, and so on: still no invariant may break.
                    if (garbage is not null) judge.Apply(history[i].Milliseconds, garbage);
                    judge.Apply(history[i].Milliseconds, history[i].Bytes);
                }
                judge.CheckAll();
            },
            iter: 6,
            threads: 2);
    }

    [Fact]
    public void Any_order_of_the_entries_keeps_the_rules()
    {
        TestRecord[] history = [.. Recorded.History];
        Gen.Shuffle(Enumerable.Range(0, history.Length).ToArray()).Sample(
            order =>
            {
                var state = new NetworkState(Recorded.State.Genesis);
                var judge = new InvariantJudge(state);
                // Three passes over a shuffled history: what came too early comes again.
                long now = Recorded.State.Genesis.StartMilliseconds;
                for (int pass = 0; pass < 3; pass++)
                    foreach (int i in order)
                        judge.Apply(now += 1_500, history[i].Bytes);
                judge.CheckAll();
            },
            iter: 4,
            threads: 2);
    }

    private static IEnumerable<(TestActor Signer, byte[] Payload)> Signed()
    {
        foreach (TestRecord record in Recorded.History.Where(record => record.Refusal == RefusalReason.None).DistinctBy(record => PreparedEntry.Prepare(Recorded.Network, record.Bytes).Body!.Kind))
            yield return (Recorded.Ledger, PreparedEntry.Prepare(Recorded.Network, record.Bytes).Payload.ToArray());
    }
}
