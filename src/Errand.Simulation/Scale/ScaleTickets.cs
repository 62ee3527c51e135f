using System.Buffers.Binary;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>How many beacon tickets reach the ledger in an epoch when all verifiers keep to <see cref="Lottery.TicketDelay"/>.</summary>
internal static class ScaleTickets
{
    private const int Epochs = 50;

    /// <summary>The mean over some epochs; a ticket is sent unless a lower one was sent so long before that its verifier has seen it.</summary>
    public static double Mean(int verifiers)
    {
        var chance = new Chance((ulong)verifiers);
        Span<byte> beta = stackalloc byte[64];
        long sent = 0;
        var due = new long[verifiers];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            long first = long.MaxValue;
            for (int i = 0; i < verifiers; i++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(beta, chance.Next());
                due[i] = Lottery.TicketDelay(beta, verifiers, SimulationPlan.EpochMilliseconds);
                first = Math.Min(first, due[i]);
            }
            // The lowest is due first, since delays rise with tickets.
            sent += due.Count(at => at < first + ScaleTask.DelayMilliseconds);
        }
        return sent / (double)Epochs;
    }
}
