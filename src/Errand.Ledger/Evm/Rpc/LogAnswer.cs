using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Reads the answer to eth_getLogs, strictly: any event that is not exactly one of the contract's spoils all of it.</summary>
internal static class LogAnswer
{
    private const int Topics = 4;

    /// <summary>Reads the events and puts them in the order of the chain: block, then log index.</summary>
    internal static bool TryRead(JsonElement answer, EvmAddress contract, ulong from, ulong to, [NotNullWhen(true)] out List<AppendedItem>? items)
    {
        items = null;
        if (answer.ValueKind != JsonValueKind.Array) return false;
        var read = new List<AppendedItem>();
        foreach (JsonElement log in answer.EnumerateArray())
        {
            if (!TryReadLog(log, contract, out AppendedItem? item) || item.Block < from || item.Block > to) return false;
            read.Add(item);
        }
        items = [.. read.OrderBy(item => item.Block).ThenBy(item => item.Index)];
        return true;
    }

    private static bool TryReadLog(JsonElement log, EvmAddress contract, [NotNullWhen(true)] out AppendedItem? item)
    {
        item = null;
        if (log.ValueKind != JsonValueKind.Object || (RpcHex.TryGet(log, "removed", out JsonElement removed) && removed.ValueKind == JsonValueKind.True)
            || !RpcHex.TryGet(log, "address", out JsonElement emitter) || !RpcHex.TryAddress(emitter, out EvmAddress address) || address != contract
            || !RpcHex.TryGet(log, "blockNumber", out JsonElement number) || !RpcHex.TryNumber(number, out ulong block)
            || !RpcHex.TryGet(log, "logIndex", out JsonElement place) || !RpcHex.TryNumber(place, out ulong index)
            || !RpcHex.TryGet(log, "data", out JsonElement content) || !RpcHex.TryBytes(content, out byte[]? data)
            || !RpcHex.TryGet(log, "topics", out JsonElement named) || named.ValueKind != JsonValueKind.Array || named.GetArrayLength() != Topics) return false;
        var topics = new Bytes32[Topics];
        for (int i = 0; i < Topics; i++)
            if (!RpcHex.TryBytes32(named[i], out topics[i])) return false;
        byte[] sender = topics[2].ToArray();
        if (topics[0] != LogContract.EventTopic || sender.AsSpan(0, Bytes32.Size - EvmAddress.Size).ContainsAnyExcept((byte)0)) return false;
        if (!LogContract.TryReadData(data, out ulong time, out ReadOnlySpan<byte> bytes)) return false;
        item = new AppendedItem(block, index, topics[1], new EvmAddress(sender.AsSpan(Bytes32.Size - EvmAddress.Size)), topics[3], time, bytes.ToArray());
        return true;
    }
}
