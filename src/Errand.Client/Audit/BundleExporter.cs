using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Makes receipt bundles from a ledger.</summary>
public static class BundleExporter
{
    /// <summary>The longest bundle in bytes.</summary>
    public const int SizeBytesMax = ReceiptBundle.SizeBytesMax;

    /// <summary>Makes the bundle of a task that has a receipt: the file, see <c>ReceiptBundle</c> for its form.</summary>
    /// <param name="genesis">The exact document.</param>
    /// <param name="ledger">The ledger; read from its first entry.</param>
    /// <param name="task">The task.</param>
    /// <param name="withLog">False for a short bundle that shows level 1 only, with proofs that its entries are in the log of the checkpoint.</param>
    /// <param name="checkpoint">A signed note over at least the log up to the receipt; null for none.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ClientException"><c>task/unknown</c>, <c>task/unfinished</c>, <c>task/not-completed</c>, <c>ledger/tampered</c>, <c>network/unreachable</c>.</exception>
    public static async Task<byte[]> ExportAsync(
        ReadOnlyMemory<byte> genesis, ILedger ledger, TaskId task, bool withLog, ReadOnlyMemory<byte>? checkpoint, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (Genesis.TryDecode(genesis.Span, out Genesis? decoded) != GenesisError.None) throw new ClientException(ClientError.NetworkAnswer, "The genesis is refused.");
        var history = new TaskHistory(decoded!, task);
        var log = new List<BundleEntry>();
        await ReadAsync(history, log, ledger, () => history.State.Tasks.TryGetValue(task, out TaskState? state) && (state.ReceiptPosition >= 0 || state.Phase == TaskPhase.Ended), cancellation).ConfigureAwait(false);
        if (history.ToCore() is not { } core) throw NoReceipt(history.State, task);
        var bundle = new ReceiptBundle { Genesis = genesis, Task = task, Core = core, Log = withLog ? [.. log] : null };
        if (checkpoint is { } note) bundle = await WithCheckpointAsync(bundle, history, log, ledger, note, cancellation).ConfigureAwait(false);
        byte[] file = bundle.Encode();
        return file.Length <= SizeBytesMax ? file : throw new ClientException(ClientError.FileUnreadable, $"The bundle would be longer than {SizeBytesMax} bytes.", "Export it without the log: --short.");
    }

    private static async Task<ReceiptBundle> WithCheckpointAsync(
        ReceiptBundle bundle, TaskHistory history, List<BundleEntry> log, ILedger ledger, ReadOnlyMemory<byte> note, CancellationToken cancellation)
    {
        int size = log.Count;
        var key = new VerifierKey(Ledger.Checkpoint.OriginOf(history.State.Network), history.State.Genesis.LedgerKey);
        if (!Ledger.Checkpoint.TryOpen(note.Span, key, out SignedCheckpoint? signed)) throw new ClientException(ClientError.LedgerTampered, "The checkpoint is not signed by the network's ledger.");
        if (signed.Checkpoint.Size < size) throw new ClientException(ClientError.TaskUnfinished, "The checkpoint is older than the receipt.", "Wait a moment for the next checkpoint, or give a newer one.");
        await ReadAsync(history, log, ledger, () => log.Count >= signed.Checkpoint.Size, cancellation).ConfigureAwait(false);
        if (!history.Tree.Matches(signed.Checkpoint)) throw new ClientException(ClientError.LedgerTampered, "The ledger does not show the entries over which the checkpoint was signed.");
        if (bundle.Log is null) return bundle with { Checkpoint = note, Inclusion = history.ProveInclusion(signed.Checkpoint.Size) };
        return bundle with { Checkpoint = note, Consistency = history.Tree.ProveConsistency(size, signed.Checkpoint.Size) };
    }

    private static async Task ReadAsync(TaskHistory history, List<BundleEntry> log, ILedger ledger, Func<bool> enough, CancellationToken cancellation)
    {
        try
        {
            while (!enough() && await ledger.ReadAsync(log.Count, LedgerLimits.ReadCountMax, cancellation).ConfigureAwait(false) is { Count: > 0 } page)
            {
                PreparedEntry[] all = PagePreparation.Prepare(history.State.Network, [.. page.Select(entry => entry.Bytes)], cancellation);
                int i = 0;
                foreach (PreparedEntry prepared in PagePreparation.Foreseen(history.State, all))
                {
                    if (enough()) return;
                    LedgerEntry entry = page[i++];
                    log.Add(new BundleEntry(entry.TimeMilliseconds, entry.Bytes));
                    history.Add(entry.TimeMilliseconds, entry.Bytes.Span, prepared);
                }
            }
        }
        catch (LedgerException fault)
        {
            throw LedgerFaults.Translate(fault);
        }
        catch (LedgerTimeException wrong)
        {
            throw new ClientException(ClientError.LedgerTampered, wrong.Message, wrong);
        }
        catch (UpgradeNeededException later)
        {
            throw new ClientException(ClientError.NetworkVersion, later.Message, later);
        }
    }

    private static ClientException NoReceipt(NetworkState state, TaskId task)
    {
        if (!state.Tasks.TryGetValue(task, out TaskState? known)) return new ClientException(ClientError.UnknownTask, $"No task {task} is on this ledger.");
        return known.Phase == TaskPhase.Ended
            ? new ClientException(ClientError.TaskNotCompleted, $"The task ended without a receipt: {known.Reason.Code()}.", known.Reason.Sentence())
            : new ClientException(ClientError.TaskUnfinished, $"The task is in phase {known.Phase} and has no receipt yet.");
    }
}
