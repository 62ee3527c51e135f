using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Brings the final part of the chain's log into the store. Logs are believed only when their hash chain ends in the contract's own tip.</summary>
internal sealed class EvmReader(EvmLedgerOptions options, EvmStore store, EvmEndpoints endpoints)
{
    private const int GrowAfterPages = 4, BehindMax = 3;

    private readonly EvmChain _chain = options.Chain;
    private int _pageBlocks = options.PageBlocksMax;
    private int _pagesOfThisSize;
    private Run? _run;
    private bool _compared;
    private int _behind;

    /// <summary>The first block that has not been read; what was read may still prove wrong.</summary>
    internal ulong Next => _run?.Next ?? (ulong)(store.Block + 1);

    /// <summary>Looks at the contract's code: another contract would not keep what this reader relies on.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.NotALedger"/>, or <see cref="LedgerFault.Transport"/>.</exception>
    internal async ValueTask RequireContractAsync(CancellationToken cancellation)
    {
        Bytes32 code = await endpoints.AgreedAsync("the contract's code", async (endpoint, stop) => Keccak.Hash(await endpoint.CodeAsync(_chain.Contract, stop).ConfigureAwait(false)), cancellation).ConfigureAwait(false);
        if (code == LogContract.CodeHash) return;
        throw new LedgerException(LedgerFault.NotALedger, code == Keccak.Hash([])
            ? $"There is no contract at {_chain.Contract} on chain {_chain.ChainId}. Compare genesis and endpoints."
            : $"The contract at {_chain.Contract} is not the log that this program knows: its code hash is {code}, not {LogContract.CodeHash}.");
    }

    /// <summary>Reads up to what is final now. True when something new was read.</summary>
    /// <exception cref="LedgerException">
    /// <see cref="LedgerFault.Forked"/>: what was final has changed, go no further. <see cref="LedgerFault.Transport"/>: endpoints do not answer, or what they say does not fit; try again.
    /// </exception>
    internal async ValueTask<bool> AdvanceAsync(CancellationToken cancellation)
    {
        if (await endpoints.FinalNumberAsync(_chain.Finality, cancellation).ConfigureAwait(false) is not { } final) return false;
        if (!_compared && (long)final >= store.Block)
        {
            await RequireUnchangedAsync(cancellation).ConfigureAwait(false);
            _compared = true;
        }
        if ((long)final <= store.Block)
        {
            _behind = (long)final < store.Block ? _behind + 1 : 0;
            return _behind < BehindMax ? false : throw new LedgerException(LedgerFault.Transport, $"The endpoints call block {final} final, and {store.Block} was before: they lag far behind, or the chain was rolled back or begun again.");
        }
        _behind = 0;
        await RequireUnchangedAsync(cancellation).ConfigureAwait(false);
        Bytes32 hash = await HashOfAsync(final, cancellation).ConfigureAwait(false);
        LogTip tip = await endpoints.AgreedAsync("the contract's tip", (endpoint, stop) => endpoint.TipAsync(_chain.Contract, final, stop), cancellation).ConfigureAwait(false);
        var head = new ChainHead(final, hash);
        if (await TryReadTogetherAsync(head, tip, cancellation).ConfigureAwait(false)) return true;
        foreach (EvmEndpoint endpoint in endpoints.InOrder)
        {
            if (await TryReadAloneAsync(endpoint, head, tip, cancellation).ConfigureAwait(false)) return true;
            endpoints.Demote(endpoint);
        }
        throw new LedgerException(LedgerFault.Transport, $"No endpoint gives logs up to block {final} that lead to the contract's tip. It is tried again.");
    }

    // Finality is a promise of the chain's. One that broke it may have shown others something else.
    private async ValueTask RequireUnchangedAsync(CancellationToken cancellation)
    {
        if (store.BlockHash is not { } known) return;
        Bytes32 now = await HashOfAsync((ulong)store.Block, cancellation).ConfigureAwait(false);
        if (now != known)
            throw new LedgerException(LedgerFault.Forked, $"Block {store.Block} was final as {known} and is {now} now: the chain broke its finality ({_chain.Finality}). Nothing further is read. Find out which history is right before you begin again with an empty file.");
    }

    private ValueTask<Bytes32> HashOfAsync(ulong block, CancellationToken cancellation) => endpoints.AgreedAsync(
        $"block {block}",
        async (endpoint, stop) => await endpoint.BlockHashAsync(block, stop).ConfigureAwait(false) ?? throw new LedgerException(LedgerFault.Transport, $"The endpoint {endpoint.Name} has no block {block}."),
        cancellation);

    // Page after page from whoever gives it: what follows by its hashes is kept, also over a failure of all endpoints, so that a long log is read in spite of
    // many. False when it leads to another tip: somebody has made entries up, or left out the last ones.
    private async ValueTask<bool> TryReadTogetherAsync(ChainHead final, LogTip end, CancellationToken cancellation)
    {
        _run ??= Begin();
        int failed = 0;
        while (_run.Next <= final.Number && _run.Tip != end)
        {
            EvmEndpoint endpoint = endpoints.InOrder[0];
            string fault;
            try
            {
                ulong to = Math.Min(final.Number, _run.Next + (ulong)_pageBlocks - 1);
                if (await PageAsync(endpoint, _run.Next, to, cancellation).ConfigureAwait(false) is not { } items) continue;
                if (TryKeep(_run, items, end, to))
                {
                    failed = 0;
                    continue;
                }
                fault = "what it gives does not follow.";
            }
            catch (Exception gone) when (gone is RpcRefusal or LedgerException { Fault: LedgerFault.Transport })
            {
                fault = gone.Message;
                if (failed + 1 >= endpoints.InOrder.Count) throw new LedgerException(LedgerFault.Transport, $"No endpoint gives logs from block {_run.Next} on. {endpoint.Name}: {fault}");
            }
            options.Warn?.Invoke($"The endpoint {endpoint.Name} gives no logs from block {_run.Next} on: {fault} Another is asked.");
            endpoints.Demote(endpoint);
            if (++failed >= endpoints.InOrder.Count) break;
        }
        return TryVerify(_run, final, end);
    }

    // Whoever tells the truth is found when each is asked for all of it.
    private async ValueTask<bool> TryReadAloneAsync(EvmEndpoint endpoint, ChainHead final, LogTip end, CancellationToken cancellation)
    {
        Run run = Begin();
        try
        {
            bool fits = true;
            while (fits && run.Next <= final.Number && run.Tip != end)
            {
                ulong to = Math.Min(final.Number, run.Next + (ulong)_pageBlocks - 1);
                if (await PageAsync(endpoint, run.Next, to, cancellation).ConfigureAwait(false) is { } items) fits = TryKeep(run, items, end, to);
            }
            if (TryVerify(run, final, end)) return true;
            options.Warn?.Invoke($"The endpoint {endpoint.Name} gives logs up to block {final.Number} that do not lead to the contract's tip. Another is asked.");
        }
        catch (Exception fault) when (fault is RpcRefusal or LedgerException { Fault: LedgerFault.Transport })
        {
            options.Warn?.Invoke($"The endpoint {endpoint.Name} gives no logs: {fault.Message}");
        }
        store.Unstage();
        return false;
    }

    private Run Begin()
    {
        store.Unstage();
        return new Run(store.Tip, (ulong)(store.Block + 1), store.Count, store.LastTime);
    }

    private bool TryKeep(Run run, List<AppendedItem> items, LogTip end, ulong to)
    {
        if (!run.TryContinue(items, end, out List<StagedItem> staged)) return false;
        try
        {
            if (staged.Count > 0) store.Stage(staged);
        }
        catch (LedgerException full) when (full.Fault == LedgerFault.Full)
        {
            // Room for what is true: nothing of this run has been verified.
            _run = null;
            store.Unstage();
            throw;
        }
        run.Next = to + 1;
        return true;
    }

    private bool TryVerify(Run run, ChainHead final, LogTip end)
    {
        _run = null;
        if (run.Tip != end) return false;
        store.Verify(final, run.Tip, run.Count, run.LastTime);
        return true;
    }

    // Null when fewer blocks have to be asked for.
    private async ValueTask<List<AppendedItem>?> PageAsync(EvmEndpoint endpoint, ulong from, ulong to, CancellationToken cancellation)
    {
        try
        {
            List<AppendedItem> items = await endpoints.AskAsync(endpoint, (asked, stop) => asked.LogsAsync(_chain.Contract, from, to, stop), cancellation).ConfigureAwait(false);
            if (++_pagesOfThisSize >= GrowAfterPages)
            {
                _pageBlocks = Math.Min(_pageBlocks * 2, options.PageBlocksMax);
                _pagesOfThisSize = 0;
            }
            return items;
        }
        catch (Exception fault) when (fault is RpcRefusal or LedgerException { Fault: LedgerFault.Transport })
        {
            // Endpoints bound blocks, entries or bytes, each in its own words; some break off or take too long instead, and another is asked then.
            _pageBlocks = Math.Max(1, (int)Math.Min((ulong)_pageBlocks, to - from + 1) / 2);
            _pagesOfThisSize = 0;
            if (fault is RpcRefusal && to > from) return null;
            throw;
        }
    }

    // What follows on what was verified, as far as one endpoint has told it.
    private sealed class Run(LogTip tip, ulong next, long count, long lastTime)
    {
        internal LogTip Tip { get; private set; } = tip;

        /// <summary>The first block that was not read.</summary>
        internal ulong Next { get; set; } = next;

        internal long Count { get; private set; } = count;

        internal long LastTime { get; private set; } = lastTime;

        // More items than the contract holds are nobody's: whoever makes them up fills no disk.
        internal bool TryContinue(List<AppendedItem> items, LogTip end, out List<StagedItem> staged)
        {
            staged = new List<StagedItem>(items.Count);
            if ((ulong)items.Count > end.Count - Math.Min(Tip.Count, end.Count)) return false;
            (LogTip before, long count, long lastTime) = (Tip, Count, LastTime);
            foreach (AppendedItem item in items)
            {
                LogTip next = Tip.Next(item.From, item.Id, item.Time);
                if (next.Value != item.Tip || Keccak.Hash(item.Bytes) != item.Id)
                {
                    (Tip, Count, LastTime) = (before, count, lastTime);
                    return false;
                }
                // what no entry can be takes no position.
                bool isEntry = item.Bytes.Length is > 0 and <= LedgerLimits.EntrySizeBytesMax;
                if (isEntry) LastTime = Math.Max(LastTime, checked((long)item.Time * 1000));
                staged.Add(new StagedItem(Tip.Count, isEntry ? Count++ : null, LastTime, item));
                Tip = next;
            }
            return true;
        }
    }
}
