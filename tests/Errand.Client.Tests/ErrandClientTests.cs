using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Errand.Client.Tests;

public sealed class ErrandClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Published_entry_applies_and_a_refusal_is_an_outcome_with_code_and_sentence()
    {
        TestNetwork net = TestNetwork.WithExecutors();
        using ErrandClient client = Client(net, out _);
        AssetEntry asset = net.Asset(net.AppOwner, AssetKind.App);
        EntryOutcome first = await client.PublishAsync(net.AppOwner.Key, asset, Stop);
        Assert.True(first.Applied);
        EntryOutcome second = await client.PublishAsync(net.AppOwner.Key, asset, Stop);
        Assert.Equal(RefusalReason.AssetExists, second.Refusal);
        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => client.MustPublishAsync(net.AppOwner.Key, asset, Stop));
        Assert.Equal("entry/refused", refused.Code);
        Assert.Contains("refused/asset-exists", refused.Message, StringComparison.Ordinal);
        Assert.Equal(RefusalReason.AssetExists.Sentence(), refused.Advice);
    }

    [Fact]
    public async Task Number_used_up_by_another_program_is_signed_anew()
    {
        TestNetwork net = TestNetwork.WithExecutors();
        using ErrandClient client = Client(net, out ListLedger ledger);
        int races = 0;
        ledger.OnAppend = _ =>
        {
            // Another program of the same owner is faster, with a number that is much higher.
            if (races++ > 0) return;
            ledger.Add(net.Now, EntrySigner.Sign(net.Network, net.AppOwner.Key, 1UL << 60, net.Asset(net.AppOwner, AssetKind.App)).Encoded);
        };
        EntryOutcome outcome = await client.PublishAsync(net.AppOwner.Key, net.Asset(net.AppOwner, AssetKind.App), Stop);
        Assert.True(outcome.Applied);
        Assert.Equal(2, races);
        Assert.Equal((1UL << 60) + 1, client.State.LastSequence(net.AppOwner.Id));
    }

    [Fact]
    public async Task Append_whose_answer_was_lost_is_repeated_and_counts_once()
    {
        TestNetwork net = TestNetwork.WithExecutors();
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(net.Now)) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        using ErrandClient client = Client(net, out ListLedger ledger, time);
        int calls = 0;
        ledger.OnAppend = bytes =>
        {
            if (calls++ > 0) return;
            ledger.Add(net.Now, bytes.ToArray());
            throw new LedgerException(LedgerFault.Transport, "lost");
        };
        Task<EntryOutcome> publishing = client.PublishAsync(net.AppOwner.Key, net.Asset(net.AppOwner, AssetKind.App), Stop);
        while (!publishing.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        Assert.True((await publishing).Applied);
        Assert.Equal(2, calls);
        await client.View.CatchUpAsync(Stop);
        Assert.Single(client.State.Assets);
    }

    [Fact]
    public async Task Checkpoint_over_other_entries_or_of_another_key_is_tampering()
    {
        AuditCase audit = new();
        AuditCase fork = new(before: net => net.NextEpoch());
        AuditCase other = new("other");
        await CheckAsync(audit, audit.Checkpoint(audit.Net.History.Count), null);
        await CheckAsync(audit, audit.Checkpoint(3), null);
        await CheckAsync(audit, fork.Checkpoint(audit.Net.History.Count), "ledger/tampered");
        await CheckAsync(audit, other.Checkpoint(3), "ledger/tampered");
        await CheckAsync(audit, fork.Checkpoint(fork.Net.History.Count), "ledger/tampered");
        await CheckAsync(audit, "nonsense"u8.ToArray(), "ledger/tampered");
    }

    [Fact]
    public async Task Times_that_go_backwards_are_tampering()
    {
        AuditCase audit = new();
        LedgerEntry last = (await audit.Ledger.ReadAsync(audit.Net.History.Count - 1, 1, Stop))[0];
        audit.Ledger.Replace((int)last.Position, last with { TimeMilliseconds = 0 });
        using var client = new ErrandClient(audit.Net.State.Genesis, audit.Ledger, TimeProvider.System);
        Assert.Equal("ledger/tampered", (await Assert.ThrowsAsync<ClientException>(() => client.SyncAsync(Stop))).Code);
    }

    [Fact]
    public async Task Entry_shown_twice_in_two_ways_is_tampering()
    {
        ResultCase result = new(inline: true);
        using ErrandClient client = await result.SyncedAsync();
        LedgerEntry receipt = (await result.Ledger.ReadAsync(result.Task.State.ReceiptPosition, 1, Stop))[0];
        result.Ledger.Replace((int)receipt.Position, receipt with { TimeMilliseconds = receipt.TimeMilliseconds + 1 });
        Assert.Equal("ledger/tampered", (await Assert.ThrowsAsync<ClientException>(() => client.FetchResultAsync(result.Task.Id, Stop))).Code);
    }

    [Fact]
    public async Task Inline_result_is_fetched_and_opens_for_its_recipient_only()
    {
        ResultCase result = new(inline: true);
        using ErrandClient client = await result.SyncedAsync();
        SealedResult fetched = await client.FetchResultAsync(result.Task.Id, Stop);
        ResultPackage package = ResultOpener.Open(fetched, client.Network, result.Recipient);
        Assert.Equal("answer.txt", Assert.Single(package.Files).Name);
        Assert.Equal("42"u8.ToArray(), package.Files[0].Content.ToArray());

        using HpkePrivateKey stranger = HpkePrivateKey.Generate(HpkeSuite.Default);
        Assert.Equal("result/not-a-recipient", Assert.Throws<ClientException>(() => ResultOpener.Open(fetched, client.Network, stranger)).Code);
        Assert.Equal("result/not-a-recipient", Assert.Throws<ClientException>(() => ResultOpener.Open(fetched, new NetworkId(default), result.Recipient)).Code);

        using var temp = new TempFolder();
        IReadOnlyList<string> paths = ResultOpener.Write(package, temp.In("out"));
        Assert.Equal(["answer.txt", "log.txt"], paths.Select(Path.GetFileName));
        Assert.Equal("42", File.ReadAllText(paths[0]));
        Assert.Equal("file/exists", Assert.Throws<ClientException>(() => ResultOpener.Write(package, temp.In("out"))).Code);
    }

    [Fact]
    public async Task Result_that_is_served_wrongly_or_not_at_all_is_refused()
    {
        ResultCase result = new(inline: false);
        using ErrandClient client = await result.SyncedAsync();
        // The endpoint of test nodes does not exist.
        Assert.Equal("result/unavailable", (await Assert.ThrowsAsync<ClientException>(() => client.FetchResultAsync(result.Task.Id, Stop))).Code);
    }

    [Fact]
    public async Task Result_of_unknown_unfinished_and_failed_tasks_is_refused_with_its_code()
    {
        TestNetwork net = TestNetwork.WithExecutors();
        TestTask running = net.MustSubmit().RunTo(TaskPhase.Running);
        TestTask denied = net.MustSubmit();
        net.Must(denied.OwnerOf(denied.App), new DenyEntry { Task = denied.Id, Asset = denied.App, Reason = DenyReason.Requester, Attempt = 0 });
        using ErrandClient client = Client(net, out _);
        await client.SyncAsync(Stop);
        Assert.Equal("task/unknown", (await Assert.ThrowsAsync<ClientException>(() => client.FetchResultAsync(default, Stop))).Code);
        Assert.Equal("task/unfinished", (await Assert.ThrowsAsync<ClientException>(() => client.FetchResultAsync(running.Id, Stop))).Code);
        ClientException failed = await Assert.ThrowsAsync<ClientException>(() => client.FetchResultAsync(denied.Id, Stop));
        Assert.Equal(("task/not-completed", TaskReason.OwnerDenied.Sentence()), (failed.Code, failed.Advice));
    }

    [Fact]
    public async Task Network_that_is_not_the_expected_one_is_refused()
    {
        using var temp = new TempFolder();
        TestNetwork net = new();
        await using LedgerServer server = await LedgerServer.StartAsync(temp.In("ledger.db"), net.Ledger.Key, net.Network, net.State.Genesis.Encode());
        using (ErrandClient client = await ErrandClient.ConnectAsync(server.Address, net.Network, TimeProvider.System, Stop)) Assert.Equal(net.Network, client.Network);
        ClientException wrong = await Assert.ThrowsAsync<ClientException>(() => ErrandClient.ConnectAsync(server.Address, new NetworkId(default), TimeProvider.System, Stop));
        Assert.Equal("network/mismatch", wrong.Code);
    }

    internal static ErrandClient Client(TestNetwork net, out ListLedger ledger, TimeProvider? time = null)
    {
        ledger = new ListLedger(net.History);
        return new ErrandClient(net.State.Genesis, ledger, time ?? new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(net.Now)));
    }

    private static async Task CheckAsync(AuditCase audit, byte[] note, string? code)
    {
        using var client = new ErrandClient(audit.Net.State.Genesis, audit.Ledger, TimeProvider.System, _ => new(note));
        if (code is null) Assert.NotNull(await client.SyncAsync(Stop));
        else Assert.Equal(code, (await Assert.ThrowsAsync<ClientException>(() => client.SyncAsync(Stop))).Code);
    }
}
