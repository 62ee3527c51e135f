namespace Errand.Ledger;

/// <summary>Brings the outbox onto the chain: each entry under one nonce, until that nonce is final and shows what became of it.</summary>
/// <remarks>
/// Nothing that a node answers to a transaction counts: "known", "nonce too low" and silence all mean that the chain decides. A nonce is never given up:
/// everything after it would wait for ever. The first nonce is what the chain calls final, since what is newer can vanish.
/// </remarks>
internal sealed class EvmWriter(EvmLedgerOptions options, IEvmSigner signer, EvmStore store, EvmEndpoints endpoints, TimeProvider time)
{
    private const int EntriesMax = 256;

    // EIP-7825: no transaction has more.
    private const ulong TransactionGasMax = 16_777_216;

    // Nodes' pools refuse transactions of more than 131,072 bytes; one entry of the largest size fits.
    private const int CallSizeMax = 126_000;

    // Final is long after mined on some chains: what is mined is in nobody's way, but all of it is kept.
    private const int UnderWayMax = 1_024;

    // Enough for a transfer of nothing to oneself, on chains that charge more for it, too.
    private const ulong FillerGas = 100_000;

    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ulong, Attempt> _attempts = [];
    private TimeSpan _pause;
    private long _paused;

    /// <summary>Does what there is to do, given that the store holds all up to its final block.</summary>
    /// <param name="settled">Told of each entry whose nonce has become final, as soon as the store has noted it.</param>
    /// <param name="cancellation">Ends the step.</param>
    internal async ValueTask StepAsync(Action<Settled> settled, CancellationToken cancellation)
    {
        if (store.Block < 0) return;
        List<SentTransaction> sent = store.Sent();
        List<OutboxMessage> waiting = store.Waiting(1);
        if (sent.Count == 0 && waiting.Count == 0) return;
        ulong block = (ulong)store.Block;
        // Of exactly the block up to which the store knows all: otherwise an entry could look as if it were missing.
        ulong final = await endpoints.AgreedAsync("the account's transactions", (endpoint, stop) => endpoint.TransactionCountAsync(signer.Address, block, stop), cancellation).ConfigureAwait(false);
        Settle(sent, final, settled);
        await BindAsync(store.Sent(), final, cancellation).ConfigureAwait(false);
        await ResendAsync(cancellation).ConfigureAwait(false);
    }

    private void Settle(List<SentTransaction> sent, ulong final, Action<Settled> settled)
    {
        foreach (SentTransaction transaction in sent)
        {
            Attempt attempt = AttemptOf(transaction.Nonce);
            if (transaction.Nonce >= final)
            {
                // An earlier count was too high: two such slips do not confirm each other.
                attempt.Missing = null;
                continue;
            }
            if (store.TrySettle(transaction, MayGiveUp(attempt)) is not { } ended) continue;
            _attempts.Remove(transaction.Nonce);
            foreach (Settled one in ended) settled(one);
            Pause(transaction, ended.Count(one => one.Position is null));
        }
    }

    // Whatever makes transactions fail is not paid for without end.
    private void Pause(SentTransaction transaction, int again)
    {
        if (again == 0)
        {
            _pause = default;
            return;
        }
        _pause = _pause == default ? options.Resend : _pause * 2 < PauseMax ? _pause * 2 : PauseMax;
        _paused = time.GetTimestamp();
        options.Warn?.Invoke($"Transaction {transaction.Nonce} of {signer.Address} is final without {again} of its entries: it failed, or the account was used by another program. They are sent again in {_pause.TotalSeconds:0} seconds.");
    }

    // Nodes count a transaction of the newest block before they name that block: what seems to be missing is looked for once more, later.
    private bool MayGiveUp(Attempt attempt)
    {
        attempt.Missing ??= time.GetTimestamp();
        return time.GetElapsedTime(attempt.Missing.Value) >= options.Resend;
    }

    private async ValueTask BindAsync(List<SentTransaction> sent, ulong final, CancellationToken cancellation)
    {
        if (_pause != default && time.GetElapsedTime(_paused) < _pause) return;
        int underWay = sent.Count;
        if (underWay >= options.InFlightMax)
        {
            ulong mined = await MinedAsync(cancellation).ConfigureAwait(false);
            underWay = sent.Count(transaction => transaction.Nonce >= mined);
        }
        // The lowest that is free: a gap, which a count that was too high may have left, would hold up all after it. One that was used settles as missing.
        var taken = sent.Select(transaction => transaction.Nonce).ToHashSet();
        for (ulong nonce = final; underWay < options.InFlightMax && taken.Count < UnderWayMax; underWay++)
        {
            while (taken.Contains(nonce)) nonce++;
            if (store.Waiting(1).Count == 0)
            {
                if (sent.Count == 0 || nonce > sent[^1].Nonce) return;
                await FillAsync(nonce, cancellation).ConfigureAwait(false);
                taken.Add(nonce);
                continue;
            }
            ulong room = await endpoints.MiddleAsync((endpoint, stop) => endpoint.BlockGasAsync(stop), cancellation).ConfigureAwait(false);
            List<OutboxMessage> batch = Batch(store.Waiting(EntriesMax), Math.Min(Math.Min(options.BatchGasMax, TransactionGasMax), room / 2));
            if (batch.Count == 0) return;
            List<ReadOnlyMemory<byte>> entries = [.. batch.Select(message => message.Bytes)];
            ulong gas = await GasAsync(entries, cancellation).ConfigureAwait(false);
            FeeOffer offer = await OfferAsync(cancellation).ConfigureAwait(false);
            byte[] signed = await SignAsync(nonce, offer, gas, entries, cancellation).ConfigureAwait(false);
            if (store.TryBind(new SentTransaction(nonce, signer.Address, signed, offer.Priority, offer.Max, gas, store.Tip.Count), batch)) taken.Add(nonce);
        }
    }

    // A transaction that carries nothing, before one that waits for it.
    private async ValueTask FillAsync(ulong nonce, CancellationToken cancellation)
    {
        FeeOffer offer = await OfferAsync(cancellation).ConfigureAwait(false);
        byte[] signed = await SignAsync(nonce, offer, FillerGas, [], cancellation).ConfigureAwait(false);
        store.TryBind(new SentTransaction(nonce, signer.Address, signed, offer.Priority, offer.Max, FillerGas, store.Tip.Count), []);
        options.Warn?.Invoke($"Nonce {nonce} of {signer.Address} was left out, as an endpoint had counted too many transactions; an empty one takes it.");
    }

    // One entry goes alone, whatever it takes.
    private static List<OutboxMessage> Batch(List<OutboxMessage> waiting, ulong gasMax)
    {
        var batch = new List<OutboxMessage>();
        var entries = new List<ReadOnlyMemory<byte>>();
        foreach (OutboxMessage message in waiting)
        {
            entries.Add(message.Bytes);
            if (batch.Count > 0 && (LogContract.GasOf(entries) > gasMax || LogContract.AppendCallSize(entries) > CallSizeMax)) break;
            batch.Add(message);
        }
        return batch;
    }

    private async ValueTask ResendAsync(CancellationToken cancellation)
    {
        List<SentTransaction> sent = store.Sent();
        if (sent.Count == 0) return;
        ulong? mined = null;
        foreach (SentTransaction transaction in sent)
        {
            Attempt attempt = AttemptOf(transaction.Nonce);
            if (attempt.Last is { } last)
            {
                if (time.GetElapsedTime(last) < options.Resend) continue;
                mined ??= await MinedAsync(cancellation).ConfigureAwait(false);
                if (transaction.Nonce < mined) continue;
            }
            attempt.First ??= time.GetTimestamp();
            // Only the lowest that is in no block can be in need of a higher fee: the others wait for it.
            bool raise = transaction.Nonce == mined && time.GetElapsedTime(attempt.First.Value) >= options.Bump;
            SentTransaction next = !raise ? transaction : await RaiseAsync(transaction, attempt, cancellation).ConfigureAwait(false);
            await SendAsync(next, cancellation).ConfigureAwait(false);
            attempt.Last = time.GetTimestamp();
        }
    }

    private async ValueTask<SentTransaction> RaiseAsync(SentTransaction transaction, Attempt attempt, CancellationToken cancellation)
    {
        attempt.First = time.GetTimestamp();
        FeeOffer now = await OfferAsync(cancellation).ConfigureAwait(false);
        if (new FeeOffer(transaction.PriorityFee, transaction.FeeMax).Raised(now, options.FeeMax) is not { } raised)
        {
            options.Warn?.Invoke($"Transaction {transaction.Nonce} of {signer.Address} is in no block yet, and its fee is at the limit of {options.FeeMax} wei per gas. It is sent on as it is.");
            return transaction;
        }
        List<ReadOnlyMemory<byte>> entries = store.Carried(transaction.Nonce);
        // A limit that no block has room for is not kept for ever.
        ulong gas = await GasAsync(entries, cancellation).ConfigureAwait(false);
        byte[] signed = await SignAsync(transaction.Nonce, raised, gas, entries, cancellation).ConfigureAwait(false);
        SentTransaction next = transaction with { Signed = signed, PriorityFee = raised.Priority, FeeMax = raised.Max, Gas = gas };
        store.Replace(next);
        return next;
    }

    // To all: one that keeps it to itself, or is down, holds nobody up.
    private async ValueTask SendAsync(SentTransaction transaction, CancellationToken cancellation)
    {
        (bool taken, string refusals) = await endpoints.TellAllAsync(async (endpoint, stop) => await endpoint.SendAsync(transaction.Signed, stop).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (!taken) options.Warn?.Invoke($"No endpoint took transaction {transaction.Nonce} of {signer.Address}. {refusals}");
    }

    private async ValueTask<ulong> MinedAsync(CancellationToken cancellation)
    {
        try
        {
            return await endpoints.MiddleAsync((endpoint, stop) => endpoint.TransactionCountAsync(signer.Address, block: null, stop), cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
        {
            // To send too often costs nothing.
            return 0;
        }
    }

    private async ValueTask<ulong> GasAsync(List<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0) return FillerGas;
        byte[] data = LogContract.AppendCall(entries);
        ulong known = LogContract.GasOf(entries);
        try
        {
            // Some chains charge for more than Ethereum does, as what they pay elsewhere. What a transaction does not use it does not pay.
            ulong estimate = await endpoints.MiddleAsync((endpoint, stop) => endpoint.EstimateGasAsync(signer.Address, options.Chain.Contract, data, stop), cancellation).ConfigureAwait(false);
            return Math.Clamp(estimate / 4 * 5, known, Math.Max(known, TransactionGasMax));
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
        {
            options.Warn?.Invoke($"No endpoint says what an append costs; it is sent with {known} gas. {fault.Message}");
            return known;
        }
    }

    private async ValueTask<FeeOffer> OfferAsync(CancellationToken cancellation)
    {
        ulong baseFee = await endpoints.MiddleAsync((endpoint, stop) => endpoint.BaseFeeAsync(stop), cancellation).ConfigureAwait(false);
        ulong? advised = null;
        try
        {
            advised = await endpoints.MiddleAsync((endpoint, stop) => endpoint.PriorityFeeAsync(stop), cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
        {
            // Not every node has this call.
        }
        return FeeOffer.Of(baseFee, advised, options.FeeMax);
    }

    private ValueTask<byte[]> SignAsync(ulong nonce, FeeOffer offer, ulong gas, List<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        (EvmAddress to, byte[] data) = entries.Count == 0 ? (signer.Address, Array.Empty<byte>()) : (options.Chain.Contract, LogContract.AppendCall(entries));
        return signer.SignAsync(new FeeTransaction(options.Chain.ChainId, nonce, offer.Priority, offer.Max, gas, to, data), cancellation);
    }

    private Attempt AttemptOf(ulong nonce)
    {
        if (!_attempts.TryGetValue(nonce, out Attempt? attempt)) _attempts[nonce] = attempt = new Attempt();
        return attempt;
    }

    // When a transaction was sent first (or had its fee raised), sent last, and first seemed final without its entries.
    private sealed class Attempt
    {
        internal long? First { get; set; }

        internal long? Last { get; set; }

        internal long? Missing { get; set; }
    }
}
