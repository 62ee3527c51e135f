using System.Net;
using Errand.Client;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>A mirror of a served ledger: follows it as every reader does, keeps all it was proven in a file, and gives it to readers of its own.</summary>
/// <remarks>It signs nothing and takes no entries. Its file can take the place of the ledger's if that is lost.</remarks>
public sealed class LedgerMirror : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ServedLedger _source;
    private readonly LedgerCopy _copy;
    private readonly CheckpointBoard _board;
    private LedgerDoor? _door;
    private Task _loop = Task.CompletedTask;

    private LedgerMirror(ServedLedger source, LedgerCopy copy)
    {
        _source = source;
        _copy = copy;
        _board = new CheckpointBoard(copy.LatestCheckpoint);
    }

    /// <summary>Where it answers.</summary>
    public string Address => _door?.Address ?? "";

    /// <summary>How many entries it gives.</summary>
    public long Count => _board.Current.Checkpoint.Size;

    /// <summary>Faulted when it had to stop: the ledger forked, was rolled back, or did not answer for too long.</summary>
    public Task Completion => _loop;

    /// <summary>Opens the copy and starts to follow.</summary>
    /// <param name="genesis">The network's exact genesis document.</param>
    /// <param name="path">The copy's file.</param>
    /// <param name="source">Where the ledger is. The memory file and the proofs found are the caller's to choose.</param>
    /// <param name="listen">Address and port of its own door.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LedgerException">The copy is in use, damaged, or another network's.</exception>
    /// <exception cref="ArgumentException">The genesis is refused.</exception>
    public static async Task<LedgerMirror> StartAsync(ReadOnlyMemory<byte> genesis, string path, ServedLedgerOptions source, IPEndPoint listen, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(listen);
        if (Genesis.TryDecode(genesis.Span, out _) != GenesisError.None || Genesis.IdOf(genesis.Span) != source.Network) throw new ArgumentException("The genesis is refused, or another network's.", nameof(genesis));
        LedgerCopy copy = await LedgerCopy.OpenAsync(path, source.Network, source.Quorum.Log).ConfigureAwait(false);
        var mirror = new LedgerMirror(new ServedLedger(source, time), copy);
        try
        {
            var log = new ServedLog(source.Network, genesis, copy, mirror._board, key: null);
            var options = new LedgerHostOptions { Path = path, Genesis = genesis, Key = null!, Admission = new LedgerAdmission { Anyone = false }, Address = listen.Address, Port = listen.Port };
            mirror._door = await LedgerDoor.OpenAsync(log, gate: null, () => mirror.StatusOf(source.Quorum), new LedgerMetrics(), options, loggers, time).ConfigureAwait(false);
            mirror._loop = Task.Run(mirror.RunAsync);
            return mirror;
        }
        catch
        {
            await mirror.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_door is not null) await _door.DisposeAsync().ConfigureAwait(false);
        _source.Dispose();
        _copy.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (ProvenPage page in _source.FollowPagesAsync(_copy.Held, _stop.Token).ConfigureAwait(false))
        {
            if (!Checkpoint.TryOpen(page.Note.ToBytes(), _copy.VerifierKey, out SignedCheckpoint? checkpoint)) throw new InvalidOperationException("A page was accepted under no checkpoint.");
            // An old checkpoint over less than is held, from a lagging source, tells nothing new.
            if (checkpoint.Checkpoint.Size < _copy.Held + page.Entries.Count) continue;
            _copy.Take(page.Entries, checkpoint);
            _board.Publish(_copy.LatestCheckpoint);
        }
    }

    private LedgerStatus StatusOf(WitnessQuorum quorum) =>
        new(_copy.Held, Count, quorum.Needed, 0, [], _loop.IsFaulted ? "the source forked, was rolled back, or does not answer" : null);
}
