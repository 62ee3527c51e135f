using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Errand.Ledger;

/// <summary>What became of a transaction.</summary>
internal sealed record TransactionReceipt(ulong Block, bool Succeeded, EvmAddress? Contract, ulong GasUsed)
{
    internal static bool TryRead(JsonElement json, [NotNullWhen(true)] out TransactionReceipt? receipt)
    {
        receipt = null;
        if (json.ValueKind != JsonValueKind.Object || !RpcHex.TryGet(json, "blockNumber", out JsonElement block) || !RpcHex.TryNumber(block, out ulong number)
            || !RpcHex.TryGet(json, "status", out JsonElement status) || !RpcHex.TryNumber(status, out ulong succeeded) || succeeded > 1
            || !RpcHex.TryGet(json, "gasUsed", out JsonElement gas) || !RpcHex.TryNumber(gas, out ulong gasUsed)) return false;
        EvmAddress? contract = RpcHex.TryGet(json, "contractAddress", out JsonElement made) && RpcHex.TryAddress(made, out EvmAddress address) ? address : null;
        receipt = new TransactionReceipt(number, succeeded == 1, contract, gasUsed);
        return true;
    }
}
