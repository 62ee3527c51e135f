using CsCheck;

namespace Errand.Protocol.Tests;

/// <summary>Entries prepared together are what they are one by one, whatever is wrong with their neighbours.</summary>
public sealed class PrepareManyTests
{
    private static readonly TestNetwork Recorded = Journey.Run();

    [Fact]
    public void Entries_prepared_together_equal_those_prepared_one_by_one() =>
        Gen.Select(Gen.Int[0, Recorded.History.Count - 1], Gen.Int[0, 5], Gen.Int[0, 1_000_000]).Array[0, 30].Sample(
            parts =>
            {
                ReadOnlyMemory<byte>[] entries = [.. parts.Select(part => (ReadOnlyMemory<byte>)Damage(Recorded.History[part.Item1].Bytes, part.Item2, part.Item3))];
                PreparedEntry[] together = PreparedEntry.PrepareMany(Recorded.Network, entries);
                Assert.Equal(entries.Length, together.Length);
                for (int i = 0; i < entries.Length; i++)
                {
                    PreparedEntry alone = PreparedEntry.Prepare(Recorded.Network, entries[i].Span);
                    Assert.Equal(alone.Refusal, together[i].Refusal);
                    Assert.Equal((alone.Id, alone.Signer, alone.Sequence, alone.RulesVersion), (together[i].Id, together[i].Signer, together[i].Sequence, together[i].RulesVersion));
                    Assert.Equal(alone.Body?.Kind, together[i].Body?.Kind);
                    Assert.Equal(alone.Payload.ToArray(), together[i].Payload.ToArray());
                }
            },
            iter: 100,
            threads: 2);

    [Fact]
    public void A_history_prepared_together_leads_to_the_same_root()
    {
        var state = new NetworkState(Recorded.State.Genesis);
        PreparedEntry[] entries = PreparedEntry.PrepareMany(state.Network, [.. Recorded.History.Select(record => (ReadOnlyMemory<byte>)record.Bytes)]);
        for (int i = 0; i < entries.Length; i++) Assert.Equal(Recorded.History[i].Refusal, state.Apply(Recorded.History[i].Milliseconds, entries[i]).Refusal);
        Assert.Equal(Recorded.State.Root(), state.Root());
    }

    private static byte[] Damage(byte[] bytes, int kind, int at)
    {
        byte[] copy = [.. bytes];
        switch (kind)
        {
            case 0:
                copy[at % copy.Length] ^= (byte)(1 << (at % 8));
                return copy;
            case 1:
                return copy[..(at % copy.Length)];
            case 2:
                // In the signature.
                copy[copy.Length - 1 - at % 64] ^= 1;
                return copy;
            default:
                return copy;
        }
    }
}
