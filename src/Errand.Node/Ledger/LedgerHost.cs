using Errand.Client;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>A ledger for several machines: the embedded log behind an HTTP door, its checkpoints cosigned by the network's witnesses (docs/ledger.md).</summary>
public sealed class LedgerHost : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private CheckpointCollector _collector = null!;
    private Task _watch = Task.CompletedTask;

    private LedgerHost(EmbeddedLedger ledger, WitnessQuorum quorum)
    {
        Ledger = ledger;
        Quorum = quorum;
    }

    /// <summary>Where it answers.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The log itself, final or not.</summary>
    public EmbeddedLedger Ledger { get; }

    /// <summary>Under which checkpoints its entries are final.</summary>
    public WitnessQuorum Quorum { get; }

    /// <summary>The published checkpoint.</summary>
    public CheckpointBoard Board { get; private set; } = null!;

    /// <summary>Faulted when the log has stopped and must be opened again.</summary>
    public Task Completion => _collector.Completion;

    /// <summary>How it stands.</summary>
    public LedgerStatus Status
    {
        get
        {
            double waiting = _collector.Waiting.TotalSeconds;
            string? problem = _collector.HasLostEntries ? "witnesses have cosigned more entries than there are: the file is an older copy, or lost its end"
                : Completion.IsFaulted ? "the log has stopped"
                : waiting > LedgerDoor.StuckSeconds ? "too few witnesses answer"
                : null;
            return new LedgerStatus(Ledger.LatestCheckpoint.Checkpoint.Size, Board.Current.Checkpoint.Size, Quorum.Needed, waiting, _collector.Witnesses, problem);
        }
    }

    /// <summary>Opens the log, checks all of it, and starts.</summary>
    /// <exception cref="LedgerException">The file is in use, missing, damaged, or not this network's.</exception>
    /// <exception cref="ArgumentException">The genesis is refused, or names another ledger key.</exception>
    /// <exception cref="IOException">The port is taken, or the folder cannot be used.</exception>
    public static async Task<LedgerHost> StartAsync(LedgerHostOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        GenesisError error = Genesis.TryDecode(options.Genesis.Span, out Genesis? genesis);
        if (genesis is null) throw new ArgumentException($"The genesis is refused: {error}.", nameof(options));
        if (genesis.LedgerKey != options.Key.PublicKey) throw new ArgumentException("The key is not the one that the genesis names for its ledger.", nameof(options));
        EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(
            new EmbeddedLedgerOptions { Path = options.Path, Network = genesis.NetworkId(), Key = options.Key, CreateIfMissing = options.CreateIfMissing, CheckpointInterval = options.CheckpointInterval }, time).ConfigureAwait(false);
        var host = new LedgerHost(ledger, ServedLedgerOptions.QuorumOf(genesis));
        host._running.Add(ledger);
        try
        {
            await host.StartAsync(options, genesis.NetworkId(), loggers, time).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes no more, lets requests end, signs a last checkpoint and gives the file free.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        for (int i = _running.Count - 1; i >= 0; i--) await _running[i].DisposeAsync().ConfigureAwait(false);
        _running.Clear();
        Board?.End(static () => new ObjectDisposedException(nameof(LedgerHost)));
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task StartAsync(LedgerHostOptions options, NetworkId network, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger log = loggers.CreateLogger<LedgerHost>();
        var metrics = new LedgerMetrics();
        var cosigned = new CosignedFile(options.Path + ".cosigned");
        Board = new CheckpointBoard(cosigned.TryLoad(Quorum, Ledger) ?? Ledger.SignEmpty());
        var directory = new WitnessDirectory(network, Quorum.Witnesses.Select(witness => witness.Key), options.Witnesses);
        if (Quorum.Needed > 0) _watch = WatchAsync(directory, log);
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        _running.Add(new HeldHttp(http));
        _collector = new CheckpointCollector(Ledger, Quorum, Board, directory, http, Quorum.Needed > 0 ? cosigned.Keep : static _ => { }, metrics, log, time);
        _running.Add(_collector);
        _collector.Start();
        var served = new ServedLog(network, options.Genesis, Ledger, Board, options.Key);
        LedgerDoor door = await LedgerDoor.OpenAsync(served, new CallerGate(network, options.Admission, time), () => Status, metrics, options, loggers, time).ConfigureAwait(false);
        _running.Add(door);
        Address = door.Address;
    }

    private async Task WatchAsync(WitnessDirectory directory, ILogger log)
    {
        await foreach (LedgerEntry entry in Ledger.FollowAsync(0, _stop.Token).ConfigureAwait(false))
        {
            if (directory.Note(entry.Bytes.Span)) log.LogInformation("A witness has registered its address in entry {Position}", entry.Position);
        }
    }

    /// <summary>Ends an HTTP client with the rest.</summary>
    private sealed class HeldHttp(HttpClient http) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            http.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
