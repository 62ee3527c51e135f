using System.Text;
using CsCheck;
using Errand.Cryptography;
using Errand.Protocol;

namespace Errand.Client.Tests;

public sealed class OutputShapeFileTests
{
    private const string Good = """
        {
          // counts
          "version": 1,
          "files": {
            "t.csv": { "csv": {
              "columns": [
                { "name": "site", "type": "choice", "values": ["south", "north"] },
                { "name": "code", "type": "text", "maxLength": 4, "alphabet": "210" },
                { "name": "n", "type": "integer", "maxDigits": 6 },
                { "name": "cost", "type": "decimal", "maxDigits": 8, "maxPlaces": 2 },
              ],
              "maxRows": 100, "count": "n", "minCount": 10 } },
            "m.json": { "json": { "type": "object", "additionalProperties": false, "required": ["b"], "properties": {
              "b": { "type": "array", "maxItems": 3, "items": { "type": "boolean" } },
              "a": { "type": "string", "enum": ["y", "x"] },
              "c": { "type": "string", "maxLength": 9 },
              "d": { "type": "integer", "minimum": -3 },
              "e": { "type": "number", "maximum": 7 } } } }
          }
        }
        """;

    [Fact]
    public void Good_file_gives_every_value()
    {
        OutputShape shape = Parse(Good);
        var json = Assert.IsType<JsonShape>(shape.Files[0]);
        var map = Assert.IsType<JsonType.Map>(json.Root);
        Assert.Equal(["b", "a", "c", "d", "e"], map.Properties.Select(property => property.Name));
        Assert.Equal([true, false, false, false, false], map.Properties.Select(property => property.Required));
        Assert.Equal(new JsonType.List(3, new JsonType.Truth()), map.Properties[0].Type);
        Assert.Equal(["x", "y"], Assert.IsType<JsonType.Choice>(map.Properties[1].Type).Values);
        Assert.Equal(new JsonType.Whole(-3, ShapeLimits.NumberMax), map.Properties[3].Type);
        Assert.Equal(new JsonType.Number(-ShapeLimits.NumberMax, 7), map.Properties[4].Type);
        var table = Assert.IsType<CsvShape>(shape.Files[1]);
        Assert.Equal((100, 2, 10L), (table.RowsMax, table.CountColumn, table.CountMin));
        Assert.Equal(["north", "south"], Assert.IsType<CsvChoice>(table.Columns[0]).Values);
        Assert.Equal(new CsvText("code", 4, "012"), table.Columns[1]);
        Assert.Equal(new CsvDecimal("cost", 8, 2), table.Columns[3]);
        Assert.True(shape.NoteKey.IsEmpty);
        Assert.NotEmpty(ShapeReview.Of(shape));
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "version")]
    [InlineData("\"version\": 1,", "\"version\": 1, \"also\": 1,", "also")]
    [InlineData("\"version\": 1,", "\"version\": 1, \"version\": 1,", "twice")]
    [InlineData("\"version\": 1,", "\"version\": 1, \"notes\": \"00\",", "notes")]
    [InlineData("t.csv", "../t.csv", "no name")]
    [InlineData("\"minCount\": 10", "\"minCount\": 0", "minCount")]
    [InlineData("\"count\": \"n\"", "\"count\": \"cost\"", "integer")]
    [InlineData("\"count\": \"n\"", "\"count\": \"m\"", "count")]
    [InlineData("\"maxDigits\": 6", "\"maxDigits\": 19", "maxDigits")]
    [InlineData("\"maxDigits\": 6", "\"maxDigits\": 6.5", "maxDigits")]
    [InlineData("\"maxPlaces\": 2", "\"maxPlaces\": 8", "maxPlaces")]
    [InlineData("\"north\"", "\"no,rth\"", "values")]
    [InlineData("\"210\"", "\"2,0\"", "alphabet")]
    [InlineData("\"210\"", "\"\\ud800\"", "not Unicode")]
    [InlineData("\"name\": \"n\"", "\"name\": \"site\"", "distinct")]
    [InlineData("\"type\": \"integer\", \"maxDigits\"", "\"type\": \"date\", \"maxDigits\"", "integer, decimal, choice or text")]
    [InlineData("\"additionalProperties\": false, ", "", "additionalProperties")]
    [InlineData("\"additionalProperties\": false", "\"additionalProperties\": true", "additionalProperties")]
    [InlineData("\"maxItems\": 3, ", "", "maxItems")]
    [InlineData("\"maxLength\": 9", "\"pattern\": \".*\"", "pattern")]
    [InlineData(", \"maxLength\": 9", "", "maxLength")]
    [InlineData("[\"b\"]", "[\"z\"]", "\"z\" is none")]
    [InlineData("\"minimum\": -3", "\"exclusiveMinimum\": -3", "exclusiveMinimum")]
    [InlineData("\"minimum\": -3", "\"minimum\": 0.5", "minimum")]
    [InlineData("\"type\": \"boolean\"", "\"type\": \"null\"", "object, array")]
    [InlineData("\"type\": \"boolean\"", "\"type\": [\"boolean\"]", "type")]
    [InlineData("\"type\": \"boolean\"", "\"$ref\": \"#\"", "type")]
    public void What_is_not_known_or_bounds_nothing_is_refused_with_its_place(string old, string changed, string word)
    {
        string text = Good.Replace(old, changed, StringComparison.Ordinal);
        Assert.NotEqual(Good, text);
        Assert.False(OutputShapeFile.TryParse(Encoding.UTF8.GetBytes(text), out OutputShape? shape, out string? error));
        Assert.Null(shape);
        Assert.Contains(word, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_files_are_read_or_refused_and_never_throw() => Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Byte, Gen.Int[0, 9]).Sample((at, value, cut) =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Good);
        bytes[at] = value;
        return OutputShapeFile.TryParse(cut == 0 ? bytes.AsSpan(0, at) : bytes, out OutputShape? shape, out string? error) ? shape is not null && error is null : shape is null && error is not null;
    });

    [Fact]
    public void Policy_of_data_holds_a_shape_and_its_digest_covers_it()
    {
        using HpkePrivateKey owner = HpkePrivateKey.Generate(HpkeSuite.Default);
        string key = Convert.ToHexStringLower(owner.PublicKey.Encode());
        string shape = Good.Replace("\"version\": 1", $"\"version\": 1, \"notes\": \"{key}\"", StringComparison.Ordinal);
        string policy = OwnerPolicyFileTests.Good.Replace("\"paddingBytes\": 4096", $"\"paddingBytes\": 4096, \"shape\": {shape}", StringComparison.Ordinal);
        OwnerPolicy read = Policy(policy);
        Assert.Equal(Parse(shape), read.Shape);
        Assert.Equal(key, Convert.ToHexStringLower(read.Shape!.NoteKey.Span));
        Assert.NotEqual(Policy(OwnerPolicyFileTests.Good).Digest(), read.Digest());
        Assert.NotEqual(Policy(policy.Replace("\"minCount\": 10", "\"minCount\": 9", StringComparison.Ordinal)).Digest(), read.Digest());
        Assert.Contains(PolicyReview.Of(read).Allows, sentence => sentence.Contains("at least 10", StringComparison.Ordinal));

        Assert.Contains("logLimitBytes", Wrong(policy.Replace("\"logLimitBytes\": 0", "\"logLimitBytes\": 1", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("shape", Wrong(policy.Replace("\"minCount\"", "\"minimum\"", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("variants.json")]
    [InlineData("logreg.json")]
    public void Sample_is_a_shape(string file) => Parse(File.ReadAllText(Path.Combine(Errand.Tests.Vectors.Repository(), "samples", "shapes", file)));

    private static OutputShape Parse(string json)
    {
        Assert.True(OutputShapeFile.TryParse(Encoding.UTF8.GetBytes(json), out OutputShape? shape, out string? error), error);
        return shape;
    }

    private static OwnerPolicy Policy(string json)
    {
        Assert.True(OwnerPolicyFile.TryParse(Encoding.UTF8.GetBytes(json), out OwnerPolicy? policy, out string? error), error);
        return policy;
    }

    private static string Wrong(string json)
    {
        Assert.False(OwnerPolicyFile.TryParse(Encoding.UTF8.GetBytes(json), out _, out string? error));
        return error;
    }
}
