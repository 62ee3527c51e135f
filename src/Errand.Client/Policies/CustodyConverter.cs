using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Client;

/// <summary>Reads a custody rule.</summary>
internal sealed class CustodyConverter : JsonConverter<CustodyDocument>
{
    private const string Expected = "\"any\", { \"executors\": […] } or { \"operators\": […] } is expected here.";

    public override CustodyDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (StringsConverter.IsAny(ref reader)) return new CustodyDocument(true, null, null);
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName) throw new JsonException(Expected);
        bool executors = reader.ValueTextEquals("executors");
        if (!executors && !reader.ValueTextEquals("operators")) throw new JsonException(Expected);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A list of keys is expected here.");
        var keys = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String) keys.Add(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.EndArray) throw new JsonException("Only keys may stand in this list.");
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndObject) throw new JsonException(Expected);
        return executors ? new CustodyDocument(false, keys, null) : new CustodyDocument(false, null, keys);
    }

    public override void Write(Utf8JsonWriter writer, CustodyDocument value, JsonSerializerOptions options) => throw new NotSupportedException("Policies are written by people.");
}
