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

    private readonly Dictionary<ulong, Attempt> _attempts = [];

    /// <summary>Does what there is to do, given that the store holds all up to its final block.</summary>
    /// <returns>Entries whose nonce has become final.</returns>
    internal async ValueTask<List<Settled>> StepAsync(CancellationToken cancellation)
    {
        if (store.Block < 0) return [];
        List<SentTransaction> sent = store.Sent();
        List<OutboxMessage> waiting = store.Waiting(1);
        if (sent.Count == 0 && waiting.Count == 0) return [];
        ulong block = (ulong)store.Block;
        // Of exactly the block up to which the store knows all: otherwise an entry could look as if it were missing.
        ulong final = await endpoints.AgreedAsync("the account's transactions", (endpoint, stop) => endpoint.TransactionCountAsync(signer.Address, block, stop), cancellation).ConfigureAwait(false);
        List<Settled> settled = Settle(sent, final);
        sent = store.Sent();
        await BindAsync(sent, Math.Max(final, sent.Count > 0 ? sent[^1].Nonce + 1 : 0), cancellation).ConfigureAwait(false);
        await ResendAsync(cancellation).ConfigureAwait(false);
        return settled;
    }

    private List<Settled> Settle(List<SentTransaction> sent, ulong final)
    {
        var settled = new List<Settled>();
        foreach (SentTransaction transaction in sent.Where(transaction => transaction.Nonce < final))
        {
            Attempt attempt = AttemptOf(transaction.Nonce);
            if (store.TrySettle(transaction, signer.Address, MayGiveUp(attempt)) is not { } ended) continue;
            _attempts.Remove(transaction.Nonce);
            int again = ended.Count(one => one.Position is null);
            if (again > 0) options.Warn?.Invoke($"Transaction {transaction.Nonce} of {signer.Address} is final without {again} of its entries: it failed, or the account was used by another program. They are sent again.");
            settled.AddRange(ended);
        }
        return settled;
    }

    // Nodes count a transaction of the newest block before they name that block: what seems to be missing is looked for once more, later.
    private bool MayGiveUp(Attempt attempt)
    {
        attempt.Missing ??= time.GetTimestamp();
        return time.GetElapsedTime(attempt.Missing.Value) >= options.Resend;
    }

    private async ValueTask BindAsync(List<SentTransaction> sent, ulong nonce, CancellationToken cancellation)
    {
        for (int underWay = sent.Count; underWay < options.InFlightMax; underWay++)
        {
            List<OutboxMessage> batch = Batch(store.Waiting(EntriesMax));
            if (batch.Count == 0) return;
            byte[] data = LogContract.AppendCall([.. batch.Select(message => message.Bytes)]);
            ulong gas = await GasAsync([.. batch.Select(message => message.Bytes)], data, cancellation).ConfigureAwait(false);
            FeeOffer offer = await OfferAsync(cancellation).ConfigureAwait(false);
            byte[] signed = await SignAsync(nonce, offer, gas, data, cancellation).ConfigureAwait(false);
            if (store.TryBind(new SentTransaction(nonce, signed, offer.Priority, offer.Max, gas, store.Tip.Count), batch)) nonce++;
        }
    }

    private List<OutboxMessage> Batch(List<OutboxMessage> waiting)
    {
        var batch = new List<OutboxMessage>();
        var entries = new List<ReadOnlyMemory<byte>>();
        foreach (OutboxMessage message in waiting)
        {
            entries.Add(message.Bytes);
            if (batch.Count > 0 && LogContract.GasOf(entries) > options.BatchGasMax) break;
            batch.Add(message);
        }
        return batch;
    }

    private async ValueTask ResendAsync(CancellationToken cancellation)
    {
        List<SentTransaction> sent = store.Sent();
        if (sent.Count == 0) return;
        // The lowest that anyone says: to send too often costs nothing.
        ulong mined = ulong.MaxValue;
        foreach (SentTransaction transaction in sent)
        {
            Attempt attempt = AttemptOf(transaction.Nonce);
            if (attempt.Last is { } last)
            {
                if (time.GetElapsedTime(last) < options.Resend) continue;
                if (mined == ulong.MaxValue) mined = await MinedAsync(cancellation).ConfigureAwait(false);
                if (transaction.Nonce < mined) continue;
            }
            attempt.First ??= time.GetTimestamp();
            SentTransaction next = time.GetElapsedTime(attempt.First.Value) < options.Bump ? transaction : await RaiseAsync(transaction, attempt, cancellation).ConfigureAwait(false);
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
        byte[] data = LogContract.AppendCall(entries);
        // A limit that no block has room for is not kept for ever.
        ulong gas = await GasAsync(entries, data, cancellation).ConfigureAwait(false);
        byte[] signed = await SignAsync(transaction.Nonce, raised, gas, data, cancellation).ConfigureAwait(false);
        SentTransaction next = transaction with { Signed = signed, PriorityFee = raised.Priority, FeeMax = raised.Max, Gas = gas };
        store.Replace(next);
        return next;
    }

    // To all: one that keeps it to itself, or is down, holds nobody up.
    private async ValueTask SendAsync(SentTransaction transaction, CancellationToken cancellation)
    {
        var refusals = new List<string>();
        foreach (EvmEndpoint endpoint in endpoints.InOrder)
        {
            try
            {
                await endpoint.SendAsync(transaction.Signed, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception fault) when (fault is RpcRefusal or LedgerException { Fault: LedgerFault.Transport })
            {
                refusals.Add($"{endpoint.Name}: {fault.Message}");
            }
        }
        options.Warn?.Invoke($"No endpoint took transaction {transaction.Nonce} of {signer.Address}. {string.Join(' ', refusals)}");
    }

    private async ValueTask<ulong> MinedAsync(CancellationToken cancellation)
    {
        ulong lowest = ulong.MaxValue;
        foreach (EvmEndpoint endpoint in endpoints.InOrder)
        {
            try
            {
                lowest = Math.Min(lowest, await endpoint.TransactionCountAsync(signer.Address, block: null, cancellation).ConfigureAwait(false));
            }
            catch (Exception fault) when (fault is RpcRefusal or LedgerException { Fault: LedgerFault.Transport })
            {
                // Whoever does not answer does not decide.
            }
        }
        return lowest == ulong.MaxValue ? 0 : lowest;
    }

    private async ValueTask<ulong> GasAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, byte[] data, CancellationToken cancellation)
    {
        ulong known = LogContract.GasOf(entries);
        try
        {
            // Some chains charge for more than Ethereum does, as what they pay elsewhere. No endpoint makes us promise without bound, or more than a transaction may have.
            ulong estimate = await endpoints.LowestAsync((endpoint, stop) => endpoint.EstimateGasAsync(signer.Address, options.Chain.Contract, data, stop), cancellation).ConfigureAwait(false);
            return Math.Clamp(estimate / 4 * 5, known, Math.Max(known, Math.Min(known * 4, TransactionGasMax)));
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
        {
            options.Warn?.Invoke($"No endpoint says what an append costs; it is sent with {known} gas. {fault.Message}");
            return known;
        }
    }

    private async ValueTask<FeeOffer> OfferAsync(CancellationToken cancellation)
    {
        // The lowest that is said: what is too little is raised later, and what is too much is spent.
        ulong baseFee = await endpoints.LowestAsync((endpoint, stop) => endpoint.BaseFeeAsync(stop), cancellation).ConfigureAwait(false);
        ulong? advised = null;
        try
        {
            advised = await endpoints.LowestAsync((endpoint, stop) => endpoint.PriorityFeeAsync(stop), cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
        {
            // Not every node has this call.
        }
        return FeeOffer.Of(baseFee, advised, options.FeeMax);
    }

    private ValueTask<byte[]> SignAsync(ulong nonce, FeeOffer offer, ulong gas, byte[] data, CancellationToken cancellation) =>
        signer.SignAsync(new FeeTransaction(options.Chain.ChainId, nonce, offer.Priority, offer.Max, gas, options.Chain.Contract, data), cancellation);

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
