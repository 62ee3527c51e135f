using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Attestation;

/// <summary>An enum as its name in kebab-case. Writes only.</summary>
internal sealed class JsonKebabCaseConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Results are only written.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));
}
