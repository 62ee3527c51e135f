using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class CsvCheckTests
{
    private static readonly CsvShape Shape = new("t.csv", [new CsvChoice("site", ["nörd", "south"]), new CsvText("code", 3, "01A"), new CsvInteger("n", 4), new CsvDecimal("cost", 5, 2)], 3, 2, 10);

    private static readonly Gen<string> Field = Pick.Of("nörd", "south", "north", "", "01A", "0", "0000", "10", "9", "12", "9999", "10000", "-10", "-0", "+1", "01", "1.5", "1.50", "1.500", "1234.5", "12345.6", ".5", "5.", "-0.00", "1e3", "0x1F",
        "NaN", " 10", "10 ", "\"10\"", "١", "99999999999999999999");

    private static readonly Gen<string> GoodRow = Gen.Select(Pick.Of("nörd", "south"), Pick.Of("", "0", "A1A"), Pick.Of("10", "9999"), Pick.Of("0", "1.5", "-123.45"), (a, b, c, d) => $"{a},{b},{c},{d}\n");

    private static readonly Gen<string> Row = Gen.Frequency((6, GoodRow), (1, Field.Array[1, 5].Select(fields => string.Join(',', fields) + "\n")),
        (1, Gen.Select(GoodRow, Field, Gen.Int[0, 3], (row, field, at) => string.Join(',', row.TrimEnd('\n').Split(',').Select((old, i) => i == at ? field : old)) + "\n")), (1, Pick.Of("\n", "\r\n", "nörd,0,10,0\r\n", "nörd,0,10,0", "\0\n")));

    private static readonly Gen<byte[]> Content = Gen.Select(Gen.Frequency((12, Gen.Const("site,code,n,cost\n")), (1, Pick.Of("", "\uFEFFsite,code,n,cost\n", "site,code,n,cost", "site,code,n,cost\r\n", "site,n,code,cost\n", "\n"))), Row.Array[0, 4],
        Gen.Frequency((8, Gen.Const(-1)), (1, Gen.Int[0, 60])), Gen.Byte, (header, rows, at, value) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(header + string.Concat(rows));
            if (at >= 0 && at < bytes.Length) bytes[at] = value;
            return bytes;
        });

    [Fact]
    public void Agrees_with_a_naive_checker()
    {
        int held = 0;
        Content.Sample(content =>
        {
            bool holds = CsvCheck.Check(Shape, content) is null;
            if (holds) Interlocked.Increment(ref held);
            return holds == Naive(content);
        }, iter: 50_000);
        Assert.InRange(held, 500, 45_000);
    }

    [Theory]
    [InlineData("", ShapeRule.LineEnd, "header")]
    [InlineData("site,code,n,cost", ShapeRule.LineEnd, "header")]
    [InlineData("\uFEFFsite,code,n,cost\n", ShapeRule.Header, "header")]
    [InlineData("site,code,n,cost\r\n", ShapeRule.Header, "header")]
    [InlineData("site,code,n,cost\nsouth,0,10,1\r\n", ShapeRule.Field, "row 1, column cost")]
    [InlineData("site,code,n,cost\nsouth,0,10,1", ShapeRule.LineEnd, "row 1")]
    [InlineData("site,code,n,cost\n\n", ShapeRule.Columns, "row 1")]
    [InlineData("site,code,n,cost\nsouth,0,10,1,\n", ShapeRule.Columns, "row 1")]
    [InlineData("site,code,n,cost\n\"south\",0,10,1\n", ShapeRule.Field, "row 1, column site")]
    [InlineData("site,code,n,cost\nsouth,0,10,1\nsouth,0,9,1\n", ShapeRule.GroupSize, "row 2, column n")]
    [InlineData("site,code,n,cost\nsouth,0,-99,1\n", ShapeRule.GroupSize, "row 1, column n")]
    [InlineData("site,code,n,cost\nsouth,0,1e9,1\n", ShapeRule.Field, "row 1, column n")]
    [InlineData("site,code,n,cost\nsouth,0,10,-0\n", ShapeRule.Field, "row 1, column cost")]
    [InlineData("site,code,n,cost\nsouth,B,10,0\n", ShapeRule.Field, "row 1, column code")]
    [InlineData("site,code,n,cost\nsouth,0,10,1\nsouth,0,10,1\nsouth,0,10,1\nsouth,0,10,1\n", ShapeRule.Rows, "row 4")]
    [InlineData("site,code,n,cost\nsouth,0,10,1\ntrailing", ShapeRule.LineEnd, "row 2")]
    public void First_fault_is_named_with_its_place(string content, ShapeRule rule, string where) =>
        Assert.Equal(new ShapeFault(rule, "t.csv", where), CsvCheck.Check(Shape, Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Malformed_utf8_is_no_field() => Assert.Equal(ShapeRule.Field, CsvCheck.Check(Shape, [.. "site,code,n,cost\n"u8, 0xC3, .. ",0,10,1\n"u8])!.Rule);

    private static bool Naive(byte[] content)
    {
        string text = Encoding.Latin1.GetString(content);
        if (!text.EndsWith('\n')) return false;
        string[] lines = text[..^1].Split('\n');
        string north = Encoding.Latin1.GetString("nörd"u8);
        return lines[0] == "site,code,n,cost" && lines.Length <= 4 && lines.Skip(1).All(line => line.Split(',') is [var site, var code, var n, var cost]
            && (site == north || site == "south") && Regex.IsMatch(code, @"\A[01A]{0,3}\z")
            && Regex.IsMatch(n, @"\A-?(0|[1-9][0-9]*)\z") && n != "-0" && n.Count(char.IsAsciiDigit) <= 4 && int.Parse(n, null) >= 10
            && Regex.IsMatch(cost, @"\A-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?\z") && !Regex.IsMatch(cost, @"\A-[0.]+\z") && cost.Count(char.IsAsciiDigit) <= 5);
    }
}
