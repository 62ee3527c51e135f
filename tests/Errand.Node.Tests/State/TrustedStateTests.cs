using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Ledger.Tests;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Errand.Node.Tests;

/// <summary>A reader that begins from a state which a quorum of founding verifiers has signed, got from a host that nobody trusts.</summary>
public sealed class TrustedStateTests : IAsyncLifetime
{
    private const int Position = 12, Quorum = 4;

    private readonly TemporaryFolder _folder = new();
    private ServedNetwork _network = null!;
    private ServedLedger _ledger = null!;
    private StateHost _host = null!;
    private NetworkState _state = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string States => Path.Combine(_folder.Path, "state");

    private SnapshotFolder Kept => TrustedState.FolderOf(States, _network.Genesis.NetworkId());

    public async ValueTask InitializeAsync()
    {
        _network = await ServedNetwork.StartAsync(4);
        _ledger = _network.Connect();
        await ServedNetwork.AppendAsync(_ledger, 0, Position);
        _state = await FoldAsync(Position);
        _host = await StateHost.StartAsync();
        _host.StateCheckpoints = Sign(StateCheckpoint.Of(_state), Quorum);
        _host.Snapshot = Save(_state);
        await ServedNetwork.AppendAsync(_ledger, Position, 7);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _ledger.Dispose();
        await _network.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_client_begins_from_what_was_fetched_and_comes_to_the_state_of_a_full_fold()
    {
        long bytes = 0;
        StateCheckpoint fetched = await TrustedState.FetchAsync(_host.Address, _network.Genesis, Kept, TimeProvider.System, read => bytes = read, Stop);
        Assert.Equal((StateCheckpoint.Of(_state), (long)_host.Snapshot!.Length), (fetched, bytes));

        using ErrandClient client = await ConnectAsync();
        Assert.Equal((Position, true), (client.State.NextPosition, client.View.Tree is null));
        SignedCheckpoint signed = (await client.SyncUnderCheckpointAsync(Stop))!;
        Assert.Equal(Position + 7, signed.Checkpoint.Size);
        Assert.Equal((await FoldAsync(Position + 7)).Root(), client.State.Root());

        // It goes on like any other: its entries apply, and it reads again what lies before its beginning.
        EntryOutcome outcome = await client.PublishAsync(_network.Caller, new TickEntry(), Stop);
        using ErrandClient whole = await ErrandClient.ConnectAsync(new Uri(_network.Host.Address), _network.Genesis.NetworkId(), TimeProvider.System, Stop);
        await whole.SyncAsync(Stop);
        Assert.Equal(whole.State.Root(), client.State.Root());
        Assert.Equal(Position + 7, outcome.Position.Position);
        Assert.Equal(LedgerContract.Numbered(3), (await client.View.ReadAgainAsync(3, Stop)).Bytes.ToArray());
    }

    [Fact]
    public async Task Fewer_signatures_than_the_quorum_or_of_others_are_not_believed()
    {
        StateCheckpoint right = StateCheckpoint.Of(_state);
        using var stranger = SigningKey.Generate();
        ReadOnlyMemory<byte>[][] tooFew =
        [
            [],
            [.. Sign(right, Quorum - 1)],
            // The same one again, a stranger's, another network's, and a frame that is none.
            [.. Sign(right, Quorum - 1), .. Sign(right, 1), right.Sign(stranger).Encoded, (right with { Network = default }).Sign(_network.Nodes[3].Key).Encoded, new byte[] { 1, 2, 3 }],
            // Four signatures, over two different states.
            [.. Sign(right, 2), .. Sign(right with { Position = 13 }, Quorum)[2..]],
        ];
        foreach (ReadOnlyMemory<byte>[] frames in tooFew)
        {
            _host.StateCheckpoints = frames;
            await RefusedAsync(ClientError.StateNoQuorum);
        }
        _host.StateCheckpoints = Sign(right, Quorum);
        _host.Snapshot = null;
        await RefusedAsync(ClientError.StateMissing);
    }

    [Fact]
    public async Task A_snapshot_that_is_not_the_signed_one_is_refused_whatever_was_changed()
    {
        byte[] right = Save(_state);
        // Few enough for the host not to find that they come too often.
        for (int at = 0; at < right.Length; at += 1 + right.Length / 20)
        {
            _host.Snapshot = [.. right[..at], (byte)(right[at] ^ 1), .. right[(at + 1)..]];
            await RefusedAsync(ClientError.StateDamaged);
        }
        foreach (byte[] other in new[] { [], right[..^1], [.. right, 0], Save(await FoldAsync(Position - 1)) })
        {
            _host.Snapshot = other;
            await RefusedAsync(ClientError.StateDamaged);
        }
        // Signed are also position and time, which no root covers.
        _host.Snapshot = right;
        StateCheckpoint signed = StateCheckpoint.Of(_state);
        foreach (StateCheckpoint other in new[] { signed with { Position = Position + 1 }, signed with { LedgerMilliseconds = signed.LedgerMilliseconds + 1 } })
        {
            _host.StateCheckpoints = Sign(other, Quorum);
            await RefusedAsync(ClientError.StateDamaged);
        }
    }

    [Fact]
    public async Task What_was_kept_is_checked_again_whenever_it_is_used()
    {
        await TrustedState.FetchAsync(_host.Address, _network.Genesis, Kept, TimeProvider.System, progress: null, Stop);
        string snapshot = Path.Combine(Kept.Root, $"{Position}.snapshot"), note = Path.Combine(Kept.Root, $"{Position}.note");
        byte[] right = await File.ReadAllBytesAsync(snapshot, Stop), frames = await File.ReadAllBytesAsync(note, Stop);

        await File.WriteAllBytesAsync(snapshot, [.. right[..^1], (byte)(right[^1] ^ 1)], Stop);
        Assert.Equal(ClientError.StateDamaged, (await Assert.ThrowsAsync<ClientException>(ConnectAsync)).Error);
        await File.WriteAllBytesAsync(snapshot, right, Stop);
        await File.WriteAllBytesAsync(note, StateWire.EncodeCheckpoints(Sign(StateCheckpoint.Of(_state), Quorum - 1)), Stop);
        Assert.Equal(ClientError.StateNoQuorum, (await Assert.ThrowsAsync<ClientException>(ConnectAsync)).Error);
        await File.WriteAllBytesAsync(note, frames, Stop);
        using ErrandClient client = await ConnectAsync();
        Assert.Equal(Position, client.State.NextPosition);
    }

    [Fact]
    public async Task A_ledger_that_proves_nothing_is_read_from_its_first_entry_or_not_at_all()
    {
        // The same network, its entries over a host that gives them without proofs.
        await using EmbeddedLedger plain = await EmbeddedLedger.OpenAsync(
            new EmbeddedLedgerOptions { Path = Path.Combine(_folder.Path, "plain.db"), Network = _network.Genesis.NetworkId(), Key = _network.Ledger.Key, CreateIfMissing = true }, TimeProvider.System);
        Genesis genesis = _network.Genesis with { Witnesses = WitnessRule.None };
        var state = new NetworkState(genesis);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication app = builder.Build();
        LedgerEndpoints.Map(app, plain, genesis.Encode(), () => plain.LatestCheckpoint.Note.ToString());
        await app.StartAsync(Stop);
        var address = new Uri(app.Urls.Single());
        Assert.True(TrustedState.FolderOf(States, genesis.NetworkId()).TrySave(0, state.Save, [], StateWire.EncodeCheckpoints(Sign(StateCheckpoint.Of(state), Quorum))));

        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => ErrandClient.ConnectAsync(address, genesis.NetworkId(), TimeProvider.System, found: null, States, chain: null, Stop));
        Assert.Equal(ClientError.StateUnproven, refused.Error);
        using ErrandClient without = await ErrandClient.ConnectAsync(address, genesis.NetworkId(), TimeProvider.System, Stop);
        Assert.NotNull(without.View.Tree);
    }

    private Task<ErrandClient> ConnectAsync() => ErrandClient.ConnectAsync(new Uri(_network.Host.Address), _network.Genesis.NetworkId(), TimeProvider.System, found: null, States, chain: null, Stop);

    private async Task RefusedAsync(ClientError error)
    {
        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => TrustedState.FetchAsync(_host.Address, _network.Genesis, Kept, TimeProvider.System, progress: null, Stop));
        Assert.Equal(error, refused.Error);
        Assert.Empty(Kept.Positions());
        Assert.Empty(Directory.Exists(Kept.Root) ? Directory.EnumerateFiles(Kept.Root, "*.part") : []);
    }

    private ReadOnlyMemory<byte>[] Sign(StateCheckpoint checkpoint, int signers) => [.. _network.Nodes.Take(signers).Select(node => checkpoint.Sign(node.Key).Encoded)];

    private static byte[] Save(NetworkState state)
    {
        using var stream = new MemoryStream();
        state.Save(stream);
        return stream.ToArray();
    }

    private async Task<NetworkState> FoldAsync(int count)
    {
        var state = new NetworkState(_network.Genesis);
        foreach (LedgerEntry entry in await LedgerContract.TakeAsync(_ledger, 0, count)) state.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
        return state;
    }
}
