using Errand.Client;
using Errand.Ledger;
using Errand.Ledger.Tests;

namespace Errand.Node.Tests;

public sealed class WitnessedLedgerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(4, new[] { WitnessMode.Down })]
    [InlineData(5, new[] { WitnessMode.Slow })]
    [InlineData(6, new[] { WitnessMode.WrongSize })]
    [InlineData(7, new[] { WitnessMode.WrongSignature, WitnessMode.Rubbish })]
    [InlineData(7, new[] { WitnessMode.Slow, WitnessMode.Down })]
    [InlineData(7, new[] { WitnessMode.SignsAnything, WitnessMode.WrongSize })]
    internal async Task As_many_witnesses_may_fail_as_the_quorum_leaves_out(int witnesses, WitnessMode[] failing)
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(witnesses);
        failing.CopyTo(network.Farm.Modes, 0);
        using ServedLedger ledger = network.Connect();
        await ServedNetwork.AppendAsync(ledger, 0, 10);
        Assert.Equal(10, await ledger.CountAsync(Stop));
        Assert.True(network.Quorum.CountIn(ledger.NewestCheckpoint!) >= network.Quorum.Needed);
        Assert.Empty(network.Found);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Without_a_quorum_nothing_is_final_and_with_it_again_everything_is(int witnesses)
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(witnesses);
        using ServedLedger ledger = network.Connect();
        await ServedNetwork.AppendAsync(ledger, 0, 3);
        // One more fails than may.
        WitnessMode[] modes = [WitnessMode.Down, WitnessMode.WrongSignature, WitnessMode.Rubbish];
        int allowed = witnesses - network.Quorum.Needed;
        for (int i = 0; i <= allowed; i++) network.Farm.Modes[i] = modes[i % modes.Length];
        Task<LedgerPosition> waiting = ledger.AppendAsync(LedgerContract.Numbered(3), Stop).AsTask();
        while (await network.Host.Ledger.CountAsync(Stop) < 4) await Task.Delay(20, Stop);
        await Task.Delay(500, Stop);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(3, await ledger.CountAsync(Stop));
        Assert.Equal(3, (await LedgerContract.ReadAllAsync(ledger)).Count);
        for (int i = 0; i < witnesses; i++) network.Farm.Modes[i] = WitnessMode.Honest;
        Assert.Equal(3, (await waiting.WaitAsync(Patience, Stop)).Position);
    }

    [Fact]
    public async Task Witnesses_that_restart_or_lose_their_disk_for_a_while_come_back()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        using ServedLedger ledger = network.Connect();
        for (int round = 0; round < 8; round++)
        {
            network.Farm.Restart(round % 4);
            network.Farm.Stores[(round + 1) % 4].Fails = true;
            await ServedNetwork.AppendAsync(ledger, round * 3, 3);
            network.Farm.Stores[(round + 1) % 4].Fails = false;
        }
        Assert.Equal(24, await ledger.CountAsync(Stop));
    }

    [Fact]
    public async Task T_41_a_log_that_lacks_an_entry_becomes_final_for_nobody()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(7);
        using (ServedLedger ledger = network.Connect()) await ServedNetwork.AppendAsync(ledger, 0, 10);
        await network.StopAsync();
        // The operator makes another log, signed with the right key, that leaves one entry out, and shows it to a reader who has seen nothing.
        network.Restore(null);
        await network.ServeAsync();
        for (int i = 0; i < 10; i++)
        {
            if (i != 4) await network.Host.Ledger.AppendAsync(LedgerContract.Numbered(i), Stop);
        }
        await network.Host.Ledger.AppendAsync(LedgerContract.Numbered(10), Stop);
        network.Farm.Modes[0] = network.Farm.Modes[1] = WitnessMode.SignsAnything;
        using ServedLedger fresh = network.Connect(patience: TimeSpan.FromSeconds(3));
        Assert.Equal(0, await fresh.CountAsync(Stop));
        Assert.Empty(await fresh.ReadAsync(0, 100, Stop));
        // Two of seven are what may lie; the five honest ones refuse.
        Assert.True(network.Host.Board.Current.Checkpoint.Size == 0);
        Assert.DoesNotContain(network.Farm.Witnesses.Skip(2), witness => witness.Last.Size != 10);
    }

    [Fact]
    public async Task A_reader_who_is_shown_a_second_history_has_the_proof()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        using ServedLedger ledger = network.Connect(patience: TimeSpan.FromSeconds(20));
        await ServedNetwork.AppendAsync(ledger, 0, 10);
        await network.StopAsync();
        network.Restore(null);
        // Operator and all witnesses together: no quorum can help then, but the reader's memory does.
        for (int i = 0; i < 4; i++) network.Farm.Modes[i] = WitnessMode.SignsAnything;
        await network.ServeAsync();
        for (int i = 0; i < 12; i++) await network.Host.Ledger.AppendAsync(LedgerContract.Numbered(100 + i), Stop);
        LedgerException fault = await Assert.ThrowsAsync<LedgerException>(async () =>
        {
            while (true)
            {
                await ledger.CountAsync(Stop);
                await Task.Delay(20, Stop);
            }
        });
        Assert.Equal(LedgerFault.Forked, fault.Fault);
        LedgerEvidence found = network.Found[0];
        Assert.True(LedgerEvidence.TryDecode(found.Encode(), out LedgerEvidence? file));
        Assert.True(file.Proves(network.Quorum.Log));
        Assert.Equal(LedgerEvidenceKind.Fork, file.Kind);
    }

    [Fact]
    public async Task A_promise_that_is_not_kept_is_proven()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        for (int i = 0; i < 4; i++) network.Farm.Modes[i] = WitnessMode.Down;
        using ServedLedger ledger = network.Connect();
        Task<LedgerPosition> waiting = ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        while (await network.Host.Ledger.CountAsync(Stop) < 1) await Task.Delay(20, Stop);
        // The promise comes after a second; nobody has cosigned the entry, so the operator could still take it away.
        await Task.Delay(TimeSpan.FromSeconds(4), Stop);
        await network.StopAsync();
        network.Restore(null);
        await network.ServeAsync();
        await network.Host.Ledger.AppendAsync(LedgerContract.Numbered(2), Stop);
        for (int i = 0; i < 4; i++) network.Farm.Modes[i] = WitnessMode.Honest;
        LedgerException fault = await Assert.ThrowsAsync<LedgerException>(() => waiting.WaitAsync(Patience, Stop));
        Assert.Equal(LedgerFault.Forked, fault.Fault);
        Assert.True(LedgerEvidence.TryDecode(Assert.Single(network.Found).Encode(), out LedgerEvidence? file));
        Assert.Equal((LedgerEvidenceKind.BrokenPromise, true), (file.Kind, file.Proves(network.Quorum.Log)));
    }

    [Fact]
    public async Task T_42_an_older_file_is_noticed_by_log_and_reader()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        string memory = network.In("seen.note");
        using (var ledger = new ServedLedger(network.Options() with { MemoryFile = memory }, TimeProvider.System))
        {
            await ServedNetwork.AppendAsync(ledger, 0, 5);
            await network.StopAsync();
            network.Keep("yesterday.db");
            await network.ServeAsync();
            await ServedNetwork.AppendAsync(ledger, 5, 5);
        }
        await network.StopAsync();
        network.Restore("yesterday.db");
        await network.ServeAsync();
        using var again = new ServedLedger(network.Options() with { MemoryFile = memory, Patience = TimeSpan.FromSeconds(3) }, TimeProvider.System);
        LedgerException fault = await Assert.ThrowsAsync<LedgerException>(async () => await again.CountAsync(Stop));
        Assert.Equal(LedgerFault.RolledBack, fault.Fault);
        // Its own witnesses know better than the file.
        await network.Host.Ledger.AppendAsync(LedgerContract.Numbered(77), Stop);
        using var late = new CancellationTokenSource(Patience);
        while (network.Host.Status.Problem is null) await Task.Delay(50, late.Token);
        Assert.Contains("older copy", network.Host.Status.Problem, StringComparison.Ordinal);
    }
}
