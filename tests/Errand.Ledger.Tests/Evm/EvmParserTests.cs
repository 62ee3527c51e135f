using System.Text;
using System.Text.Json;
using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>What endpoints answer is read strictly, and never with an exception but a refusal.</summary>
public sealed class EvmParserTests
{
    private static readonly EvmAddress Contract = new([.. Enumerable.Range(1, 20).Select(i => (byte)i)]), Sender = new([.. Enumerable.Range(50, 20).Select(i => (byte)i)]);

    [Theory]
    [InlineData("\"0x0\"", 0UL)]
    [InlineData("\"0xffffffffffffffff\"", ulong.MaxValue)]
    [InlineData("\"0xAb\"", 0xABUL)]
    public void Numbers(string json, ulong expected)
    {
        Assert.True(RpcHex.TryNumber(JsonElement.Parse(json), out ulong number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("\"0x\"")]
    [InlineData("\"0x00\"")]
    [InlineData("\"0x01\"")]
    [InlineData("\"1\"")]
    [InlineData("\"0x10000000000000000\"")]
    [InlineData("\"0x 1\"")]
    [InlineData("\"-0x1\"")]
    [InlineData("\"0x1g\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_number(string json) => Assert.False(RpcHex.TryNumber(JsonElement.Parse(json), out _));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":"0x1"}""", true)]
    [InlineData("""{"id":7,"result":null} """, true)]
    [InlineData("""{"jsonrpc":"2.0","id":8,"result":"0x1"}""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":"7","result":"0x1"}""", false)]
    [InlineData("""{"jsonrpc":"2.0","result":"0x1"}""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":7}""", false)]
    [InlineData("""[{"jsonrpc":"2.0","id":7,"result":1}]""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":"0x1"}x""", false)]
    [InlineData("", false)]
    [InlineData("<html>", false)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":"0x1","\ud800":0}""", false)]
    [InlineData("""{"\ud800":0,"jsonrpc":"2.0","id":7,"result":"0x1"}""", true)]
    public void Answers_belong_to_their_call(string answer, bool read) => Assert.Equal(read, JsonRpc.TryRead(Encoding.UTF8.GetBytes(answer), 7, out _));

    [Fact]
    public void Refusals_are_shortened_and_have_no_control_characters()
    {
        string answer = """{"id":7,"error":{"code":-32000,"message":"a\u001b[31m\nbLONG"}}""".Replace("LONG", new string('c', 5_000), StringComparison.Ordinal);
        RpcRefusal refusal = Assert.Throws<RpcRefusal>(() => JsonRpc.TryRead(Encoding.UTF8.GetBytes(answer), 7, out _));
        Assert.Equal(-32000, refusal.Code);
        Assert.StartsWith("a[31mbccc", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.Message.Length <= 200);
        Assert.Throws<RpcRefusal>(() => JsonRpc.TryRead("""{"id":7,"error":{"code":"x","message":"\ud800"}}"""u8, 7, out _));
    }

    [Fact]
    public void Logs_come_in_the_order_of_the_chain()
    {
        JsonElement answer = JsonElement.Parse($"[{Log(9, 1, "b")},{Log(9, 0, "a")},{Log(8, 5, "c")}]");
        Assert.True(LogAnswer.TryRead(answer, Contract, 8, 9, out List<AppendedItem>? items));
        Assert.Equal(["c", "a", "b"], items.Select(item => Encoding.UTF8.GetString(item.Bytes)));
        Assert.All(items, item => Assert.Equal((Sender, 1_700_000_000UL), (item.From, item.Time)));
        Assert.False(LogAnswer.TryRead(answer, Contract, 9, 9, out _));
        Assert.False(LogAnswer.TryRead(answer, Contract, 8, 8, out _));
        Assert.False(LogAnswer.TryRead(answer, Sender, 8, 9, out _));
    }

    [Fact]
    public void A_log_with_any_part_changed_does_not_fit_its_own_hash()
    {
        string good = Log(9, 1, "an entry");
        Assert.True(LogAnswer.TryRead(JsonElement.Parse($"[{good}]"), Contract, 0, 20, out List<AppendedItem>? expected));
        Gen.Int[0, good.Length - 1].Select(Gen.Char["01af\",{xz"]).Sample((at, letter) =>
        {
            string changed = $"[{good[..at]}{letter}{good[(at + 1)..]}]";
            JsonElement json;
            try
            {
                json = JsonElement.Parse(changed);
            }
            catch (JsonException)
            {
                return;
            }
            if (!LogAnswer.TryRead(json, Contract, 0, 20, out List<AppendedItem>? items)) return;
            AppendedItem item = Assert.Single(items);
            bool same = (item.Tip, item.From, item.Id, item.Time) == (expected[0].Tip, expected[0].From, expected[0].Id, expected[0].Time) && item.Bytes.AsSpan().SequenceEqual(expected[0].Bytes);
            bool fits = LogTip.Empty.Next(item.From, item.Id, item.Time).Value == item.Tip && Keccak.Hash(item.Bytes) == item.Id;
            Assert.Equal(same, fits);
        });
    }

    [Fact]
    public void Event_data_has_one_form() => Gen.Byte.Array[0, 100].Select(Gen.Int[0, 400], Gen.Byte).Sample((entry, at, value) =>
    {
        byte[] data = Data(1_700_000_000, entry);
        Assert.True(LogContract.TryReadData(data, out ulong time, out ReadOnlySpan<byte> read));
        Assert.Equal(1_700_000_000UL, time);
        Assert.Equal(entry, read.ToArray());
        Assert.False(LogContract.TryReadData([.. data, .. new byte[32]], out _, out _));
        Assert.False(LogContract.TryReadData(data.AsSpan(1), out _, out _));
        if (at >= data.Length || data[at] == value) return;
        data[at] = value;
        // Whatever else is read is written in just this way.
        if (LogContract.TryReadData(data, out time, out read)) Assert.Equal(data, Data(time, read.ToArray()));
    });

    private static string Log(ulong block, ulong index, string entry)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(entry);
        Bytes32 id = Keccak.Hash(bytes), tip = LogTip.Empty.Next(Sender, id, 1_700_000_000).Value;
        string[] topics = [LogContract.EventTopic.ToString(), tip.ToString(), new string('0', 24) + Convert.ToHexStringLower(Sender.ToArray()), id.ToString()];
        return $$"""{"address":"{{Contract}}","blockNumber":"{{RpcHex.Of(block)}}","logIndex":"{{RpcHex.Of(index)}}","removed":false,"topics":[{{string.Join(',', topics.Select(topic => $"\"0x{topic}\""))}}],"data":"{{RpcHex.Of(Data(1_700_000_000, bytes))}}"}""";
    }

    private static byte[] Data(ulong time, byte[] entry)
    {
        byte[] words = [.. Word(time), .. Word(64), .. Word((ulong)entry.Length), .. entry];
        return [.. words, .. new byte[(32 - words.Length % 32) % 32]];
    }

    private static byte[] Word(ulong number)
    {
        var word = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), number);
        return word;
    }
}
