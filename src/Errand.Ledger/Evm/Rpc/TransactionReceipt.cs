using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Errand.Ledger;

/// <summary>What became of a transaction.</summary>
internal sealed record TransactionReceipt(ulong Block, bool Succeeded, EvmAddress? Contract, ulong GasUsed)
{
    internal static bool TryRead(JsonElement json, [NotNullWhen(true)] out TransactionReceipt? receipt)
    {
        receipt = null;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("blockNumber", out JsonElement block) || !RpcHex.TryNumber(block, out ulong number)
            || !json.TryGetProperty("status", out JsonElement status) || !RpcHex.TryNumber(status, out ulong succeeded) || succeeded > 1
            || !json.TryGetProperty("gasUsed", out JsonElement gas) || !RpcHex.TryNumber(gas, out ulong gasUsed)) return false;
        EvmAddress? contract = json.TryGetProperty("contractAddress", out JsonElement made) && RpcHex.TryAddress(made, out EvmAddress address) ? address : null;
        receipt = new TransactionReceipt(number, succeeded == 1, contract, gasUsed);
        return true;
    }
}
