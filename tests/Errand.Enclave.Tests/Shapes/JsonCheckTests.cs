using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class JsonCheckTests
{
    private static readonly JsonShape Shape = new("m.json", new JsonType.Map(
    [
        new JsonType.Member("site", true, new JsonType.Choice(["nörd", "south"])),
        new JsonType.Member("text", false, new JsonType.Text(3)),
        new JsonType.Member("n", true, new JsonType.Whole(-5, 100)),
        new JsonType.Member("x", false, new JsonType.Number(-1, 1)),
        new JsonType.Member("flags", true, new JsonType.List(2, new JsonType.Truth())),
    ]));

    private static readonly Gen<string> Value = Pick.Of("\"nörd\"", "\"south\"", "\"so\\u0075th\"", "\"abc\"", "\"abcd\"", "\"😀😀😀\"", "\"\"", "\"a b\"", "\"a\\n\"", "0", "-0", "-5", "-6", "100", "101", "1.0", "1e0", "0.5", "-0.5", "-0.0", "1.01", "01",
        "0.12345678901234567", "0.123456789012345678", "99999999999999999999999", "true", "false", "null", "[]", "[true]", "[ true , false ]", "[true,true,true]", "[1]", "{}", "NaN", "");

    private static readonly Gen<string> Space = Gen.Frequency((5, Gen.Const("")), (1, Pick.Of(" ", "\n  ", "\t", "\r\n", "/**/", "\u00A0", "\uFEFF")));

    private static readonly Gen<byte[]> Content = Gen.Select(
        Gen.Frequency((3, Pick.Of("\"nörd\"", "\"south\"")), (1, Value)), Gen.Frequency((3, Pick.Of("\"a\"", "\"äöü\"")), (1, Value)), Gen.Frequency((3, Pick.Of("7", "-5")), (1, Value)),
        Gen.Frequency((3, Pick.Of("1", "-0.25")), (1, Value)), Gen.Frequency((3, Pick.Of("[]", "[true, false]")), (1, Value)), Gen.Select(Space, Space, Space), Gen.Int[0, 31], Gen.Frequency((6, Gen.Const(-1)), (1, Gen.Int[0, 70])),
        (site, text, n, x, flags, space, what, at) =>
        {
            var members = new List<string> { $"\"site\":{site}", $"\"text\":{text}", $"\"n\":{space.Item1}{n}", $"\"x\"{space.Item2}:{x}", $"\"flags\":{flags}" };
            if ((what & 1) != 0) members.RemoveAt(3);
            if ((what & 2) != 0) members.RemoveAt(1);
            if (what == 4) members.Reverse();
            if (what == 8) members.Add(members[0]);
            if (what == 12) members.RemoveAt(0);
            if (what == 16) members.Add("\"more\":1");
            if (what == 24) members[0] = $"\"s\\u0069te\":{site}";
            byte[] bytes = Encoding.UTF8.GetBytes(space.Item3 + "{" + string.Join(',', members) + "}" + space.Item1 + (what == 20 ? "{}" : ""));
            if (at >= 0 && at < bytes.Length) bytes[at] = unchecked((byte)(bytes[at] * 7 + at));
            return bytes;
        });

    [Fact]
    public void Agrees_with_a_naive_checker()
    {
        int held = 0;
        Content.Sample(content =>
        {
            bool holds = JsonCheck.Check(Shape, content) is null;
            if (holds) Interlocked.Increment(ref held);
            return holds == Naive(content);
        }, iter: 50_000);
        Assert.InRange(held, 500, 45_000);
    }

    [Fact]
    public void Compact_form_says_the_same_without_white_space() => Content.Where(content => JsonCheck.Check(Shape, content) is null).Sample(content =>
    {
        byte[] compact = JsonCheck.Compact(content);
        using var before = JsonDocument.Parse(content);
        using var after = JsonDocument.Parse(compact);
        Assert.True(JsonElement.DeepEquals(before.RootElement, after.RootElement));
        Assert.Null(JsonCheck.Check(Shape, compact));
        Assert.Equal(compact, JsonCheck.Compact(compact));
        Assert.DoesNotMatch(@"\A\s|\s\z|[:,\[{]\s|\s[:,\]}]", Encoding.UTF8.GetString(compact));
    });

    [Theory]
    [InlineData("", ShapeRule.Json, "$")]
    [InlineData("nul", ShapeRule.Json, "$")]
    [InlineData("\uFEFF{}", ShapeRule.Json, "$")]
    [InlineData("[]", ShapeRule.Type, "$")]
    [InlineData("{}", ShapeRule.PropertyMissing, "$.site")]
    [InlineData("{\"site\":\"west\"}", ShapeRule.Choice, "$.site")]
    [InlineData("{\"site\":\"so\\u0075th\"}", ShapeRule.Escape, "$.site")]
    [InlineData("{\"s\\u0069te\":\"south\"}", ShapeRule.Escape, "$")]
    [InlineData("{\"site\":\"south\",\"site\":\"south\"}", ShapeRule.Property, "$")]
    [InlineData("{\"site\":\"south\",\"other\":1}", ShapeRule.Property, "$")]
    [InlineData("{\"site\":\"south\",\"text\":\"abcd\"}", ShapeRule.Length, "$.text")]
    [InlineData("{\"site\":\"south\",\"n\":1e1}", ShapeRule.NumberForm, "$.n")]
    [InlineData("{\"site\":\"south\",\"n\":-0}", ShapeRule.NumberForm, "$.n")]
    [InlineData("{\"site\":\"south\",\"n\":1.0}", ShapeRule.NumberForm, "$.n")]
    [InlineData("{\"site\":\"south\",\"n\":101}", ShapeRule.Range, "$.n")]
    [InlineData("{\"site\":\"south\",\"n\":1,\"flags\":[true,true,true]}", ShapeRule.Items, "$.flags[2]")]
    [InlineData("{\"site\":\"south\",\"n\":1,\"flags\":[true,null]}", ShapeRule.Type, "$.flags[1]")]
    [InlineData("{\"site\":\"south\",\"n\":1,\"flags\":[]}x", ShapeRule.Json, "$")]
    [InlineData("{\"site\":\"south\",\"n\":1,\"flags\":[]}{}", ShapeRule.Json, "$")]
    [InlineData("{\"site\":\"south\",\"n\":1,\"flags\":[],}", ShapeRule.Json, "$")]
    [InlineData("{\"site\":\"south\",/* */\"n\":1,\"flags\":[]}", ShapeRule.Json, "$")]
    public void First_fault_is_named_with_its_path(string content, ShapeRule rule, string where) =>
        Assert.Equal(new ShapeFault(rule, "m.json", where), JsonCheck.Check(Shape, Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Hostile_bytes_are_faults_and_nothing_else()
    {
        Assert.Equal(ShapeRule.Json, JsonCheck.Check(Shape, [.. "{\"site\":\""u8, 0xC3, 0x28, .. "\"}"u8])!.Rule);
        Assert.Equal(ShapeRule.Json, JsonCheck.Check(new JsonShape("m.json", new JsonType.Text(9)), [.. "\""u8, 0xED, 0xA0, 0x80, .. "\""u8])!.Rule);
        Assert.NotNull(JsonCheck.Check(Shape, Encoding.UTF8.GetBytes(new string('[', 1_000_000))));
        Assert.NotNull(JsonCheck.Check(Shape, Encoding.UTF8.GetBytes("{\"site\":\"south\",\"n\":" + new string('9', 1_000_000) + "}")));
        JsonType deep = new JsonType.Truth();
        for (int i = 1; i < ShapeLimits.DepthMax; i++) deep = new JsonType.List(1, deep);
        Assert.Null(JsonCheck.Check(new JsonShape("m.json", deep), "[[[[[[[true]]]]]]]"u8));
        Assert.NotNull(JsonCheck.Check(new JsonShape("m.json", deep), "[[[[[[[[true]]]]]]]]"u8));
    }

    private static bool Naive(byte[] content)
    {
        JsonDocument document;
        try
        {
            _ = new UTF8Encoding(false, true).GetString(content);
            document = JsonDocument.Parse(content);
        }
        catch (Exception wrong) when (wrong is JsonException or DecoderFallbackException)
        {
            return false;
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object || Encoding.UTF8.GetString(content).Contains('\\', StringComparison.Ordinal)) return false;
            string names = string.Join(' ', document.RootElement.EnumerateObject().Select(member => member.Name));
            return Regex.IsMatch(names, @"\Asite (text )?n (x )?flags\z") && document.RootElement.EnumerateObject().All(member => Fits(member.Name, member.Value));
        }
    }

    private static bool Fits(string name, JsonElement value) => name switch
    {
        "site" => value.GetRawText() is "\"nörd\"" or "\"south\"",
        "text" => value.ValueKind == JsonValueKind.String && value.GetString()!.EnumerateRunes().Count() <= 3,
        "n" => Regex.IsMatch(value.GetRawText(), @"\A(0|-[1-5]|[1-9][0-9]?|100)\z"),
        "x" => Regex.IsMatch(value.GetRawText(), @"\A-?(1(\.0+)?|0(\.[0-9]+)?)\z") && !Regex.IsMatch(value.GetRawText(), @"\A-[0.]+\z") && value.GetRawText().Count(char.IsAsciiDigit) <= 18,
        _ => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 2 && value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.True or JsonValueKind.False),
    };
}
