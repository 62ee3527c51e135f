using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Puts the contract of a new log on a chain.</summary>
public static class EvmDeployment
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250), PollMax = TimeSpan.FromSeconds(10);

    /// <summary>Makes the contract, and waits until that is final. Whoever pays has no rights over it.</summary>
    /// <param name="endpoint">A JSON-RPC endpoint that is trusted for this once: compare what comes out with another.</param>
    /// <param name="signer">Who pays.</param>
    /// <param name="finality">The rule that the genesis will name.</param>
    /// <param name="feeMax">The highest fee offered, in wei per gas.</param>
    /// <param name="time">For pauses and timeouts.</param>
    /// <param name="progress">Told in a sentence what is being waited for.</param>
    /// <param name="cancellation">Ends the wait; what was sent may come about all the same.</param>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>, or <see cref="LedgerFault.NotAdmitted"/>: the chain does not take it, as without money.</exception>
    public static async Task<EvmChain> DeployAsync(Uri endpoint, IEvmSigner signer, EvmFinality finality, ulong feeMax, TimeProvider time, Action<string> progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(progress);
        using var rpc = new EvmEndpoint(endpoint, TimeSpan.FromSeconds(10), time);
        try
        {
            ulong chain = await rpc.ChainIdAsync(cancellation).ConfigureAwait(false);
            byte[] signed = await SignAsync(rpc, chain, signer, feeMax, cancellation).ConfigureAwait(false);
            Bytes32 transaction = Keccak.Hash(signed);
            await rpc.SendAsync(signed, cancellation).ConfigureAwait(false);
            progress($"Transaction 0x{transaction} is sent; waiting for a block.");
            TransactionReceipt receipt = await WaitAsync(() => rpc.ReceiptAsync(transaction, cancellation), progress, time, cancellation).ConfigureAwait(false);
            progress($"It is in block {receipt.Block}; waiting until that is final ({finality}).");
            // The block may be replaced meanwhile, by one with the same transaction at another height: that has to be final, too.
            receipt = await WaitAsync(
                async () => await rpc.FinalNumberAsync(finality, cancellation).ConfigureAwait(false) is { } final && await rpc.ReceiptAsync(transaction, cancellation).ConfigureAwait(false) is { } found && found.Block <= final ? found : null,
                progress,
                time,
                cancellation).ConfigureAwait(false);
            if (!receipt.Succeeded || receipt.Contract is not { } contract) throw new LedgerException(LedgerFault.NotAdmitted, $"The transaction 0x{transaction} failed on the chain.");
            byte[] code = await rpc.CodeAsync(contract, cancellation).ConfigureAwait(false);
            if (!code.AsSpan().SequenceEqual(LogContract.RuntimeCode.Span)) throw new LedgerException(LedgerFault.NotALedger, $"What stands at {contract} is not what was sent.");
            return new EvmChain(chain, contract, receipt.Block, finality);
        }
        catch (RpcRefusal refusal)
        {
            throw new LedgerException(LedgerFault.NotAdmitted, $"{rpc.Name} refuses: {refusal.Message}. See that {signer.Address} has money on this chain.", refusal);
        }
    }

    /// <summary>What an account has, in wei, as an endpoint says.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>.</exception>
    public static async Task<UInt128> BalanceAsync(Uri endpoint, EvmAddress account, TimeProvider time, CancellationToken cancellation = default)
    {
        using var rpc = new EvmEndpoint(endpoint, TimeSpan.FromSeconds(10), time);
        try
        {
            return await rpc.BalanceAsync(account, cancellation).ConfigureAwait(false);
        }
        catch (RpcRefusal refusal)
        {
            throw new LedgerException(LedgerFault.Transport, $"{rpc.Name} refuses: {refusal.Message}.", refusal);
        }
    }

    private static async Task<byte[]> SignAsync(EvmEndpoint rpc, ulong chain, IEvmSigner signer, ulong feeMax, CancellationToken cancellation)
    {
        ulong nonce = await rpc.TransactionCountAsync(signer.Address, block: null, cancellation).ConfigureAwait(false);
        ulong gas = await rpc.EstimateGasAsync(signer.Address, to: null, LogContract.CreationCode, cancellation).ConfigureAwait(false);
        FeeOffer offer = FeeOffer.Of(await rpc.BaseFeeAsync(cancellation).ConfigureAwait(false), advised: null, feeMax);
        return await signer.SignAsync(new FeeTransaction(chain, nonce, offer.Priority, offer.Max, gas / 4 * 5, To: null, LogContract.CreationCode), cancellation).ConfigureAwait(false);
    }

    // It has been sent and may come about: an endpoint that is away for a while must not lead to a second contract.
    private static async Task<TransactionReceipt> WaitAsync(Func<ValueTask<TransactionReceipt?>> ask, Action<string> progress, TimeProvider time, CancellationToken cancellation)
    {
        for (TimeSpan pause = Poll; ; pause = pause * 2 < PollMax ? pause * 2 : PollMax)
        {
            try
            {
                if (await ask().ConfigureAwait(false) is { } receipt) return receipt;
                pause = Poll / 2;
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
            {
                progress($"{fault.Message} It is asked again.");
            }
            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        }
    }
}
