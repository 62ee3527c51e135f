using System.Runtime.CompilerServices;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>What a ledger says, folded here: state and tree come from the entries and from nobody's word.</summary>
/// <remarks>Not thread-safe: one flow at a time reads, and reading goes on where it ended.</remarks>
public sealed class LedgerView
{
    // Small enough that preparing the first page does not keep the fold waiting long.
    private const int PageSize = 1024;

    private readonly ILedger _ledger;

    /// <summary>A view before the first entry.</summary>
    public LedgerView(Genesis genesis, ILedger ledger)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        ArgumentNullException.ThrowIfNull(ledger);
        _ledger = ledger;
        State = new NetworkState(genesis);
        CheckpointKey = new VerifierKey(Checkpoint.OriginOf(State.Network), genesis.LedgerKey);
    }

    /// <summary>A view that begins from a state which its user trusts, over a ledger that proves every page it gives.</summary>
    /// <param name="state">The state; the view goes on with it.</param>
    /// <param name="ledger">Its ledger: pages are proven against checkpoints with their quorum before they are seen here.</param>
    internal LedgerView(NetworkState state, ServedLedger ledger)
    {
        _ledger = ledger;
        State = state;
        Tree = null;
        CheckpointKey = new VerifierKey(Checkpoint.OriginOf(State.Network), state.Genesis.LedgerKey);
    }

    /// <summary>The state after the entries read so far.</summary>
    public NetworkState State { get; }

    /// <summary>The tree over the entries read so far; null for a view that began from a state: what it reads is proven by the ledger, page by page.</summary>
    public LogTree? Tree { get; } = new();

    /// <summary>The key that signs this network's checkpoints.</summary>
    public VerifierKey CheckpointKey { get; }

    /// <summary>Reads and folds what is final now.</summary>
    /// <exception cref="ClientException"><c>ledger/tampered</c>, <c>network/unreachable</c>.</exception>
    public async Task CatchUpAsync(CancellationToken cancellation = default)
    {
        // While one page is folded here, the next is read and prepared beside it.
        Task<PreparedPage> next = ReadPageAsync(State.NextPosition, cancellation);
        try
        {
            while (await next.ConfigureAwait(false) is { Entries.Count: > 0 } page)
            {
                next = ReadPageAsync(page.Entries[^1].Position + 1, cancellation);
                int i = 0;
                foreach (PreparedEntry prepared in PagePreparation.Foreseen(State, page.Prepared)) Fold(page.Entries[i++], prepared);
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Folds entry after entry as they come, from where the view is, for ever.</summary>
    /// <exception cref="ClientException"><c>ledger/tampered</c>, <c>network/unreachable</c>.</exception>
    public async IAsyncEnumerable<FoldedEntry> FollowAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using IAsyncEnumerator<LedgerEntry> entries = _ledger.FollowAsync(State.NextPosition, cancellation).GetAsyncEnumerator(cancellation);
        while (await MoveNextAsync(entries).ConfigureAwait(false))
            yield return Fold(entries.Current, PreparedEntry.Prepare(State.Network, entries.Current.Bytes.Span));
    }

    /// <summary>Reads again an entry that has been folded, and makes sure it is the same.</summary>
    /// <exception cref="ClientException"><c>ledger/tampered</c>: the ledger now shows another entry.</exception>
    public async Task<LedgerEntry> ReadAgainAsync(long position, CancellationToken cancellation = default)
    {
        IReadOnlyList<LedgerEntry> page = await TranslateAsync(_ledger.ReadAsync(position, 1, cancellation)).ConfigureAwait(false);
        if (page is not [var entry] || (Tree is { } tree && LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span) != tree.Leaf(position)))
            throw new ClientException(ClientError.LedgerTampered, $"Entry {position} is not the one that the ledger showed before.");
        return entry;
    }

    /// <summary>Holds a checkpoint against the entries read, reading on if it is over more of them.</summary>
    /// <returns>The checkpoint: signed by the ledger's key and over these very entries.</returns>
    /// <exception cref="ClientException"><c>ledger/tampered</c>: it is not.</exception>
    public async Task<SignedCheckpoint> CheckAsync(ReadOnlyMemory<byte> note, CancellationToken cancellation = default)
    {
        if (!Checkpoint.TryOpen(note.Span, CheckpointKey, out SignedCheckpoint? signed))
            throw new ClientException(ClientError.LedgerTampered, "The checkpoint is not signed by the network's ledger.");
        if (signed.Checkpoint.Size > State.NextPosition) await CatchUpAsync(cancellation).ConfigureAwait(false);
        if (Tree is { } tree ? !tree.Matches(signed.Checkpoint) : signed.Checkpoint.Size > State.NextPosition)
            throw new ClientException(ClientError.LedgerTampered, $"The ledger has signed a checkpoint over {signed.Checkpoint.Size} entries, but does not show those entries.");
        return signed;
    }

    private FoldedEntry Fold(LedgerEntry entry, PreparedEntry prepared)
    {
        try
        {
            if (entry.Position != State.NextPosition) throw new ClientException(ClientError.LedgerTampered, $"The ledger shows entry {entry.Position} where {State.NextPosition} comes next.");
            ApplyResult result = State.Apply(entry.TimeMilliseconds, prepared);
            Tree?.Append(entry.TimeMilliseconds, entry.Bytes.Span);
            return new FoldedEntry(entry, result);
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

    private Task<PreparedPage> ReadPageAsync(long position, CancellationToken cancellation) => Task.Run(async () =>
    {
        IReadOnlyList<LedgerEntry> page = await TranslateAsync(_ledger.ReadAsync(position, PageSize, cancellation)).ConfigureAwait(false);
        return new PreparedPage(page, PagePreparation.Prepare(State.Network, [.. page.Select(entry => entry.Bytes)], cancellation));
    }, cancellation);

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<LedgerEntry> entries) =>
        await TranslateAsync(entries.MoveNextAsync()).ConfigureAwait(false);

    private static async ValueTask<T> TranslateAsync<T>(ValueTask<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (LedgerException fault)
        {
            throw LedgerFaults.Translate(fault);
        }
    }

    private sealed record PreparedPage(IReadOnlyList<LedgerEntry> Entries, PreparedEntry[] Prepared);
}
