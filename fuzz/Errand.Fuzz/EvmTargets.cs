using System.Text;
using System.Text.Json;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Fuzz;

/// <summary>What endpoints of EVM chains and signers answer.</summary>
internal static class EvmTargets
{
    private static readonly EvmAddress Contract = new([.. Enumerable.Range(1, EvmAddress.Size).Select(i => (byte)i)]);

    public static IEnumerable<FuzzTarget> All()
    {
        byte[] data = [.. new byte[31], 9, .. new byte[31], 64, .. new byte[31], 3, 1, 2, 3, .. new byte[29]];
        string topics = string.Join(',', ((Bytes32[])[LogContract.EventTopic, default, default, default]).Select(topic => $"\"0x{topic}\""));
        string log = $$"""{"address":"{{Contract}}","blockNumber":"0x9","logIndex":"0x1","removed":false,"topics":[{{topics}}],"data":"0x{{Convert.ToHexStringLower(data)}}"}""";
        yield return new FuzzTarget("evm-answer", [Seed($$"""{"jsonrpc":"2.0","id":7,"result":[{{log}}]}"""), Seed("""{"id":7,"error":{"code":-32000,"message":"no"}}"""), Seed("""{"id":7,"result":"0x1f"}""")], input => Answer(input.Bytes));
        yield return new FuzzTarget("evm-event", [new FuzzInput(data, 0)], input =>
        {
            if (!LogContract.TryReadData(input.Bytes, out ulong time, out ReadOnlySpan<byte> entry)) return;
            // One form: as much as there is, padded with zeros to words.
            BrokenPromiseException.Unless(input.Bytes.Length == 96 + (entry.Length + 31) / 32 * 32 && time <= long.MaxValue / 1000, "an event has more than one form");
        });
        yield return new FuzzTarget("rlp", [new FuzzInput(Rlp.List(Rlp.Number(7), Rlp.Bytes(new byte[60]), Rlp.List()), 0)], input =>
        {
            if (!RlpReader.TryList(input.Bytes, out ReadOnlySpan<byte> rest)) return;
            while (RlpReader.TryItem(ref rest, out _)) { }
        });
    }

    private static FuzzInput Seed(string text) => new(Encoding.UTF8.GetBytes(text), 0);

    private static void Answer(byte[] bytes)
    {
        try
        {
            if (!JsonRpc.TryRead(bytes, 7, out JsonElement result)) return;
            RpcHex.TryNumber(result, out _);
            RpcHex.TryQuantity(result, out _);
            RpcHex.TryBytes(result, out _);
            TransactionReceipt.TryRead(result, out _);
            LogAnswer.TryRead(result, Contract, 0, ulong.MaxValue, out _);
        }
        catch (RpcRefusal refusal)
        {
            BrokenPromiseException.Unless(refusal.Message.Length <= 200 && !refusal.Message.Any(char.IsControl), "a refusal is quoted as it came");
        }
    }
}
