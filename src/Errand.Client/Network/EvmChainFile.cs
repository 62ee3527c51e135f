using System.Text.Json;
using Errand.Ledger;

namespace Errand.Client;

/// <summary>A log on a chain as a JSON file: what <c>errand ledger deploy --json</c> prints.</summary>
public static class EvmChainFile
{
    /// <summary>What finality is called where the chain itself says it.</summary>
    public const string Finalized = "finalized";

    private const int SizeMax = 16 * 1024;

    /// <summary>Writes the fields into an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, EvmChain chain)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(chain);
        json.WriteNumber("chain", chain.ChainId);
        json.WriteString("contract", chain.Contract.ToString());
        json.WriteNumber("deployBlock", chain.DeployBlock);
        if (chain.Finality.Depth is { } depth) json.WriteNumber("finality", depth);
        else json.WriteString("finality", Finalized);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>.</exception>
    public static EvmChain Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new ClientException(ClientError.FileMissing, $"There is no file {path}.");
        return (file.Length <= SizeMax ? TryParse(File.ReadAllBytes(path)) : null)
            ?? throw new ClientException(ClientError.FileUnreadable, $"{path} does not name a log on a chain.", "Make it with: errand ledger deploy --json > chain.json");
    }

    /// <summary>Reads JSON; null when it is not of this form. Other members are passed over.</summary>
    public static EvmChain? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            JsonElement root = JsonElement.Parse(json);
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("chain", out JsonElement chain) || !chain.TryGetUInt64(out ulong chainId)
                || !root.TryGetProperty("contract", out JsonElement contract) || contract.ValueKind != JsonValueKind.String || !EvmAddress.TryParse(contract.GetString(), out EvmAddress address)
                || !root.TryGetProperty("deployBlock", out JsonElement block) || !block.TryGetUInt64(out ulong deployBlock) || deployBlock > long.MaxValue
                || !root.TryGetProperty("finality", out JsonElement finality)) return null;
            if (finality.ValueKind == JsonValueKind.String && finality.ValueEquals(Finalized)) return new EvmChain(chainId, address, deployBlock, EvmFinality.Finalized);
            return finality.TryGetUInt64(out ulong depth) && depth <= EvmFinality.DepthMax ? new EvmChain(chainId, address, deployBlock, new EvmFinality(depth)) : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
