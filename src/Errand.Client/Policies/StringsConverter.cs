using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Client;

/// <summary>Reads "any" or a list of strings.</summary>
internal sealed class StringsConverter : JsonConverter<AnyOrList<string>>
{
    internal const string AnyWord = "any";

    public override AnyOrList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (IsAny(ref reader)) return new AnyOrList<string>(true, []);
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A list or \"any\" is expected here.");
        var items = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String) items.Add(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.EndArray) throw new JsonException("Only texts may stand in this list.");
        return new AnyOrList<string>(false, items);
    }

    public override void Write(Utf8JsonWriter writer, AnyOrList<string> value, JsonSerializerOptions options) => throw new NotSupportedException("Policies are written by people.");

    /// <summary>True for the word "any"; any other text is an error.</summary>
    internal static bool IsAny(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return false;
        return reader.ValueTextEquals(AnyWord) ? true : throw new JsonException("The only word allowed here is \"any\".");
    }
}
