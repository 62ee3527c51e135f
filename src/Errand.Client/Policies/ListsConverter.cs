using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Client;

/// <summary>Reads "any" or a list of lists of strings.</summary>
internal sealed class ListsConverter : JsonConverter<AnyOrList<string[]>>
{
    public override AnyOrList<string[]> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (StringsConverter.IsAny(ref reader)) return new AnyOrList<string[]>(true, []);
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A list of lists or \"any\" is expected here.");
        var lists = new List<string[]>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            var list = new List<string>();
            while (reader.Read() && reader.TokenType == JsonTokenType.String) list.Add(reader.GetString()!);
            if (reader.TokenType != JsonTokenType.EndArray) throw new JsonException("Only texts may stand in a list of arguments.");
            lists.Add([.. list]);
        }
        if (reader.TokenType != JsonTokenType.EndArray) throw new JsonException("Each item must be a list of arguments, as in [[\"--by\", \"age\"], []].");
        return new AnyOrList<string[]>(false, lists);
    }

    public override void Write(Utf8JsonWriter writer, AnyOrList<string[]> value, JsonSerializerOptions options) => throw new NotSupportedException("Policies are written by people.");
}
