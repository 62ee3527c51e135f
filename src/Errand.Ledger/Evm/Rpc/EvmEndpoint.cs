using System.Text.Json;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>One machine that answers for an EVM chain (Ethereum's execution API over JSON-RPC). It is believed nothing by itself.</summary>
internal sealed class EvmEndpoint(Uri address, TimeSpan timeout, TimeProvider time) : IDisposable
{
    // Of blocks, transactions, gas and fees alike: beyond it arithmetic would have to be watched everywhere.
    private const ulong NumberMax = 1UL << 53;

    private readonly JsonRpc _rpc = new(address, timeout, time);

    /// <summary>Host and port, for people.</summary>
    internal string Name => _rpc.Name;

    internal async ValueTask<ulong> ChainIdAsync(CancellationToken cancellation) => Number(await _rpc.CallAsync("eth_chainId", [], cancellation).ConfigureAwait(false));

    /// <summary>The number of the newest block that the rule calls final; null while there is none.</summary>
    internal async ValueTask<ulong?> FinalNumberAsync(EvmFinality finality, CancellationToken cancellation)
    {
        if (finality.Depth is not { } depth) return await BlockAsync("finalized", cancellation).ConfigureAwait(false) is { } final ? final.Number : null;
        ulong newest = Number(await _rpc.CallAsync("eth_blockNumber", [], cancellation).ConfigureAwait(false));
        return newest >= depth ? newest - depth : null;
    }

    /// <summary>The hash of a block; null if the endpoint has none of that number.</summary>
    internal async ValueTask<Bytes32?> BlockHashAsync(ulong number, CancellationToken cancellation)
    {
        if (await BlockAsync(RpcHex.Of(number), cancellation).ConfigureAwait(false) is not { } block) return null;
        return block.Number == number ? block.Hash : throw Unreadable("a block of another number");
    }

    /// <summary>The newest block's base fee in wei per gas; 0 where the chain has none.</summary>
    internal async ValueTask<ulong> BaseFeeAsync(CancellationToken cancellation) =>
        RpcHex.TryGet(await NewestAsync(cancellation).ConfigureAwait(false), "baseFeePerGas", out JsonElement fee) && fee.ValueKind != JsonValueKind.Null ? Number(fee) : 0;

    /// <summary>How much gas the newest block has room for.</summary>
    internal async ValueTask<ulong> BlockGasAsync(CancellationToken cancellation) =>
        RpcHex.TryGet(await NewestAsync(cancellation).ConfigureAwait(false), "gasLimit", out JsonElement limit) ? Number(limit) : throw Unreadable("a block");

    /// <summary>What the endpoint advises to give whoever makes the block, in wei per gas.</summary>
    internal async ValueTask<ulong> PriorityFeeAsync(CancellationToken cancellation) => Number(await _rpc.CallAsync("eth_maxPriorityFeePerGas", [], cancellation).ConfigureAwait(false));

    /// <summary>How many transactions of an account are in the chain up to a block (or its newest).</summary>
    internal async ValueTask<ulong> TransactionCountAsync(EvmAddress account, ulong? block, CancellationToken cancellation) =>
        Number(await _rpc.CallAsync("eth_getTransactionCount", [account.ToString(), block is { } number ? RpcHex.Of(number) : "latest"], cancellation).ConfigureAwait(false));

    /// <summary>An account's balance in wei, big-endian.</summary>
    internal async ValueTask<UInt128> BalanceAsync(EvmAddress account, CancellationToken cancellation) =>
        RpcHex.TryQuantity(await _rpc.CallAsync("eth_getBalance", [account.ToString(), "latest"], cancellation).ConfigureAwait(false), out UInt128 balance) ? balance : throw Unreadable("a balance");

    /// <summary>The contract's tip as it was after a block.</summary>
    internal async ValueTask<LogTip> TipAsync(EvmAddress contract, ulong block, CancellationToken cancellation)
    {
        var call = new Dictionary<string, object?> { ["to"] = contract.ToString(), ["data"] = RpcHex.Of(LogContract.TipCall.Span) };
        JsonElement answer = await _rpc.CallAsync("eth_call", [call, RpcHex.Of(block)], cancellation).ConfigureAwait(false);
        // Empty where no contract stands, and where the endpoint no longer has that block's state: neither is a tip.
        return RpcHex.TryBytes32(answer, out Bytes32 tip) ? new LogTip(tip) : throw Unreadable("the contract's tip");
    }

    /// <summary>What stands at an address.</summary>
    internal async ValueTask<byte[]> CodeAsync(EvmAddress contract, CancellationToken cancellation) =>
        RpcHex.TryBytes(await _rpc.CallAsync("eth_getCode", [contract.ToString(), "latest"], cancellation).ConfigureAwait(false), out byte[]? code) ? code : throw Unreadable("code");

    /// <summary>The contract's events from one block up to another, in the order of the chain. What is left out does not show here.</summary>
    internal async ValueTask<List<AppendedItem>> LogsAsync(EvmAddress contract, ulong from, ulong to, CancellationToken cancellation)
    {
        var filter = new Dictionary<string, object?>
        {
            ["address"] = contract.ToString(),
            ["topics"] = new object?[] { RpcHex.Of(LogContract.EventTopic.ToArray()) },
            ["fromBlock"] = RpcHex.Of(from),
            ["toBlock"] = RpcHex.Of(to),
        };
        JsonElement answer = await _rpc.CallAsync("eth_getLogs", [filter], cancellation, JsonRpc.LogsSizeMax).ConfigureAwait(false);
        return LogAnswer.TryRead(answer, contract, from, to, out List<AppendedItem>? items) ? items : throw Unreadable("logs");
    }

    /// <summary>How much gas a transaction would take now.</summary>
    internal async ValueTask<ulong> EstimateGasAsync(EvmAddress from, EvmAddress? to, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        var call = new Dictionary<string, object?> { ["from"] = from.ToString(), ["data"] = RpcHex.Of(data.Span) };
        if (to is { } contract) call["to"] = contract.ToString();
        return Number(await _rpc.CallAsync("eth_estimateGas", [call], cancellation).ConfigureAwait(false));
    }

    /// <summary>Hands a signed transaction over.</summary>
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellation) =>
        await _rpc.CallAsync("eth_sendRawTransaction", [RpcHex.Of(signed.Span)], cancellation).ConfigureAwait(false);

    /// <summary>The block in which a transaction is, whether it went through, and what contract it made; null while it is in none.</summary>
    internal async ValueTask<TransactionReceipt?> ReceiptAsync(Bytes32 transaction, CancellationToken cancellation)
    {
        JsonElement answer = await _rpc.CallAsync("eth_getTransactionReceipt", [RpcHex.Of(transaction.ToArray())], cancellation).ConfigureAwait(false);
        if (answer.ValueKind == JsonValueKind.Null) return null;
        return TransactionReceipt.TryRead(answer, out TransactionReceipt? receipt) ? receipt : throw Unreadable("a transaction receipt");
    }

    public void Dispose() => _rpc.Dispose();

    private async ValueTask<JsonElement> NewestAsync(CancellationToken cancellation)
    {
        JsonElement block = await _rpc.CallAsync("eth_getBlockByNumber", ["latest", false], cancellation).ConfigureAwait(false);
        return block.ValueKind == JsonValueKind.Object ? block : throw Unreadable("a block");
    }

    private async ValueTask<ChainHead?> BlockAsync(string which, CancellationToken cancellation)
    {
        JsonElement block = await _rpc.CallAsync("eth_getBlockByNumber", [which, false], cancellation).ConfigureAwait(false);
        if (block.ValueKind == JsonValueKind.Null) return null;
        if (block.ValueKind != JsonValueKind.Object || !RpcHex.TryGet(block, "number", out JsonElement number) || !RpcHex.TryGet(block, "hash", out JsonElement hash)
            || !RpcHex.TryNumber(number, out ulong at) || at > NumberMax || !RpcHex.TryBytes32(hash, out Bytes32 name)) throw Unreadable("a block");
        return new ChainHead(at, name);
    }

    private ulong Number(JsonElement json) => RpcHex.TryNumber(json, out ulong number) && number <= NumberMax ? number : throw Unreadable("a number in reason");

    private LedgerException Unreadable(string what) => new(LedgerFault.Transport, $"The endpoint {Name} gives something else than {what}.");
}
