using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Attestation;

/// <summary>An instant in UTC with seconds (RFC 3339). Writes only.</summary>
internal sealed class JsonInstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Results are only written.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", DateTimeFormatInfo.InvariantInfo));
}
