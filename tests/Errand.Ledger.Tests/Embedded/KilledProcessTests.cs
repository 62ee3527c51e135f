using System.Diagnostics;
using System.Globalization;

namespace Errand.Ledger.Tests;

public sealed class KilledProcessTests
{
    private const int AcknowledgedPerRound = 150;
    private const int NumbersPerRound = 1_000_000;

    // eng/kill-ledger.sh runs 500.
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("ERRAND_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int set) ? set : 20;

    [Fact]
    public async Task Killing_the_process_loses_no_acknowledged_entry_and_leaves_no_gap()
    {
        using var folder = new LedgerFolder();
        var acknowledged = new Dictionary<long, int>();
        Checkpoint? known = null;
        for (int round = 0; round < Rounds; round++)
        {
            await AppendAndKillAsync(folder.File, round * NumbersPerRound, acknowledged);
            // Opening checks positions, times, leaves, tree and checkpoint.
            await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(folder.Options with { KnownCheckpoint = known }, TimeProvider.System);
            List<LedgerEntry> read = await LedgerContract.ReadAllAsync(ledger);
            foreach ((long position, int number) in acknowledged) Assert.Equal(number, LedgerContract.NumberOf(read[(int)position]));
            // At most what was under way in the killed processes was written without having been acknowledged.
            Assert.InRange(read.Count, acknowledged.Count, acknowledged.Count + 16 * (round + 1));
            known = (await ledger.WaitForCheckpointAsync(0, TestContext.Current.CancellationToken)).Checkpoint;
        }
        Assert.True(acknowledged.Count >= Rounds * AcknowledgedPerRound);
    }

    [Fact]
    public async Task A_ledger_open_in_another_process_is_refused_and_that_process_named()
    {
        using var folder = new LedgerFolder();
        using Process other = AppendingProcess.Start(folder.File, 0);
        try
        {
            Assert.NotNull(await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            LedgerException e = await Assert.ThrowsAsync<LedgerException>(() => folder.OpenAsync());
            Assert.Equal(LedgerFault.InUse, e.Fault);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {other.Id} "), e.Message, StringComparison.Ordinal);
        }
        finally
        {
            other.Kill();
            await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task AppendAndKillAsync(string file, int firstNumber, Dictionary<long, int> acknowledged)
    {
        using Process process = AppendingProcess.Start(file, firstNumber);
        int count = 0;
        // What it had printed before it was killed counts too: read to the end.
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (++count == AcknowledgedPerRound) process.Kill();
            // Each line was one write to the pipe: the last is whole too.
            string[] parts = line.Split(' ');
            acknowledged.Add(long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(count >= AcknowledgedPerRound, "The appending process ended by itself.");
    }
}
