using System.Security.Cryptography;

namespace Errand.Protocol.Tests;

public sealed class TicketDelayTests
{
    private const long Epoch = 60_000;

    private static byte[] Beta(double share)
    {
        var beta = new byte[64];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(beta, (ulong)(share * (1UL << 63)) << 1);
        return beta;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    [InlineData(1L << 40)]
    public void It_rises_with_the_ticket_from_nothing_to_half_an_epoch(long weight)
    {
        long[] delays = [.. Enumerable.Range(0, 1_000).Select(i => Lottery.TicketDelay(Beta(i / 1_000.0), weight, Epoch))];
        Assert.Equal(delays.Order(), delays);
        Assert.Equal(0, delays[0]);
        Assert.InRange(Lottery.TicketDelay([.. Enumerable.Repeat((byte)0xFF, 64)], weight, Epoch), Epoch / 2 - 2, Epoch / 2);
    }

    [Fact]
    public void Equal_times_pass_while_the_expected_rank_doubles()
    {
        const long weight = (1 << 20) - 1;
        for (int power = 1; power < 20; power++)
            Assert.InRange(Lottery.TicketDelay(Beta(((1 << power) - 1) / (double)weight), weight, Epoch), Epoch / 2 * power / 20 - 3, Epoch / 2 * power / 20 + 3);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(100_000, 1)]
    [InlineData(100_000, 10)]
    public void A_few_tickets_are_due_while_the_lowest_is_on_its_way_whatever_the_size_and_however_many_sleep(int weight, int oneAwakeOf)
    {
        const long latency = 500;
        var due = new List<long>();
        for (int i = 0; i < weight; i += oneAwakeOf) due.Add(Lottery.TicketDelay(SHA512.HashData(BitConverter.GetBytes(i)), weight, Epoch));
        Assert.InRange(due.Count(at => at < due.Min() + latency), 1, 12);
    }
}
