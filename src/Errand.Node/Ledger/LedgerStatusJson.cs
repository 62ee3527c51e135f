using System.Text.Json.Serialization;

namespace Errand.Node;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerStatus))]
internal sealed partial class LedgerStatusJson : JsonSerializerContext;
