using Errand.Ledger;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

/// <summary>A view reads a page ahead of what it folds; nobody must notice.</summary>
public sealed class LedgerViewTests
{
    // Several pages, the last one not full.
    private const int Entries = 2_500;
    private static readonly TestNetwork Net = Record();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TestNetwork Record()
    {
        TestNetwork net = TestNetwork.WithExecutors("pages", executors: 1);
        for (int i = 0; i < Entries; i++) net.Publish(net.DataOwner, AssetKind.Data);
        return net;
    }

    [Fact]
    public async Task Pages_read_ahead_lead_to_the_state_and_the_tree_of_the_history()
    {
        var view = new LedgerView(Net.State.Genesis, new ListLedger(Net.History));
        await view.CatchUpAsync(Stop);
        Assert.Equal(Net.History.Count, view.State.NextPosition);
        Assert.Equal(Net.State.Root(), view.State.Root());
        Assert.Equal(Net.History.Count, view.Tree!.Count);
        // Nothing new is no page.
        await view.CatchUpAsync(Stop);
        Assert.Equal(Net.State.Root(), view.State.Root());
    }

    [Fact]
    public async Task A_ledger_that_fails_at_a_later_page_is_read_on_from_there()
    {
        var ledger = new ListLedger(Net.History);
        var view = new LedgerView(Net.State.Genesis, ledger);
        ledger.OnRead = from => from > 2_000 ? new LedgerException(LedgerFault.Transport, "gone") : null;
        Assert.Equal("network/unreachable", (await Assert.ThrowsAsync<ClientException>(() => view.CatchUpAsync(Stop))).Code);
        Assert.InRange(view.State.NextPosition, 1, Net.History.Count - 1);
        ledger.OnRead = null;
        await view.CatchUpAsync(Stop);
        Assert.Equal(Net.State.Root(), view.State.Root());
    }

    [Fact]
    public async Task An_entry_out_of_its_place_ends_reading_where_it_stands()
    {
        var ledger = new ListLedger(Net.History);
        const int Wrong = 1_500;
        ledger.Replace(Wrong, (await ledger.ReadAsync(Wrong + 1, 1, Stop))[0]);
        var view = new LedgerView(Net.State.Genesis, ledger);
        Assert.Equal("ledger/tampered", (await Assert.ThrowsAsync<ClientException>(() => view.CatchUpAsync(Stop))).Code);
        Assert.Equal(Wrong, view.State.NextPosition);
    }

    [Fact]
    public async Task Reading_that_is_cancelled_can_go_on()
    {
        var ledger = new ListLedger(Net.History);
        var view = new LedgerView(Net.State.Genesis, ledger);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        ledger.OnRead = from =>
        {
            if (from > 0) stop.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => view.CatchUpAsync(stop.Token));
        ledger.OnRead = null;
        await view.CatchUpAsync(Stop);
        Assert.Equal(Net.State.Root(), view.State.Root());
    }
}
