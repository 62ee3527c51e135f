using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

public sealed class GenesisJsonTests
{
    private static readonly Genesis Plain = TestNetwork.WithExecutors().State.Genesis;

    private static byte[] Json(Genesis genesis)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) GenesisJson.Write(writer, genesis);
        return buffer.ToArray();
    }

    private static JsonObject Object(Genesis genesis) => JsonNode.Parse(Json(genesis))!.AsObject();

    private static ClientException Refused(JsonNode json)
    {
        var refused = Assert.Throws<ClientException>(() => GenesisJson.Read(Encoding.UTF8.GetBytes(json.ToJsonString())));
        Assert.Equal("genesis/file", refused.Code);
        return refused;
    }

    [Fact]
    public void What_is_written_is_read_back_to_the_same_bytes()
    {
        Genesis[] all =
        [
            Plain,
            Plain with { Witnesses = WitnessRule.Of(Plain.FoundingVerifiers.Select(founder => founder.Node)) },
            Plain with { Chain = new ChainRule(10, new byte[20], 7, null) },
            Plain with { Chain = new ChainRule(10, new byte[20], 7, 12) },
            Plain with { Governance = new GovernanceKeys([new PublicKey(new Bytes32(new byte[32]))], 1) },
            Plain with { Platform = Plain.Platform with { Ima = new ImaRule(true, [new Bytes32(new byte[32])]) } },
            Plain with { DeniedTpms = [new byte[] { 0xA1, 0x00, 0x01 }] },
        ];
        foreach (Genesis genesis in all) Assert.Equal(genesis.Encode(), GenesisJson.Read(Json(genesis)).Encode());
    }

    [Fact]
    public void Founders_and_operators_may_stand_in_any_order()
    {
        JsonObject json = Object(Plain);
        foreach (string list in new[] { "operators", "verifiers" })
        {
            JsonNode[] items = [.. json[list]!.AsArray().Select(item => item!.DeepClone()).Reverse()];
            Assert.True(items.Length > 1);
            json[list] = new JsonArray(items);
        }
        Assert.Equal(Plain.Encode(), GenesisJson.Read(Encoding.UTF8.GetBytes(json.ToJsonString())).Encode());
    }

    [Fact]
    public void Every_member_is_needed_and_none_is_unknown()
    {
        foreach (string name in Object(Plain).Select(member => member.Key).ToArray())
        {
            JsonObject json = Object(Plain);
            json.Remove(name);
            Assert.Contains(name, Refused(json).Message, StringComparison.Ordinal);
            json = Object(Plain);
            json[name] = JsonValue.Create(1.5);
            Refused(json);
        }
        JsonObject more = Object(Plain);
        more["color"] = "blue";
        Assert.Contains("color", Refused(more).Message, StringComparison.Ordinal);
        foreach (string part in new[] { "times", "committee", "platform", "governance", "admission" })
        {
            JsonObject json = Object(Plain);
            json[part]!["color"] = "blue";
            Assert.Contains(part, Refused(json).Message, StringComparison.Ordinal);
        }
        JsonObject deeper = Object(Plain);
        deeper["verifiers"]![0]!["color"] = "blue";
        Assert.Contains("item 1 of \"verifiers\"", Refused(deeper).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_go_together_is_told_in_words()
    {
        JsonObject twice = Object(Plain);
        twice["verifiers"]!.AsArray().Add(twice["verifiers"]![0]!.DeepClone());
        Assert.Contains("stands twice", Refused(twice).Message, StringComparison.Ordinal);

        JsonObject stranger = Object(Plain);
        stranger["verifiers"]![0]!["operator"] = new string('7', 64);
        Assert.Contains("founding verifier", Refused(stranger).Message, StringComparison.Ordinal);

        JsonObject later = Object(Plain);
        later["rulesVersion"] = 1_000;
        Assert.Contains("rules version", Refused(later).Message, StringComparison.Ordinal);

        JsonObject both = Object(Plain with { Witnesses = WitnessRule.Of(Plain.FoundingVerifiers.Select(founder => founder.Node)) });
        both["chain"] = new JsonObject { ["id"] = 1, ["contract"] = new string('0', 40), ["block"] = 1 };
        Assert.Contains("both witnesses and an EVM chain", Refused(both).Message, StringComparison.Ordinal);
        both["chain"]!["contract"] = "00";
        Assert.Contains("20 bytes", Refused(both).Message, StringComparison.Ordinal);

        JsonObject range = Object(Plain);
        range["committee"]!["rounds"] = 17;
        Assert.Contains("out of its range", Refused(range).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    public void What_is_no_such_file_is_refused(string text) =>
        Assert.Equal("genesis/file", Assert.Throws<ClientException>(() => GenesisJson.Read(Encoding.UTF8.GetBytes(text))).Code);
}
