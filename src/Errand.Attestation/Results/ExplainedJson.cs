using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Attestation;

/// <summary>How results become JSON: made when this is compiled, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    Converters = [typeof(JsonKebabCaseConverter<Verdict>), typeof(JsonKebabCaseConverter<CheckOutcome>), typeof(JsonInstantConverter)])]
[JsonSerializable(typeof(ExplainedResult))]
internal sealed partial class ExplainedJson : JsonSerializerContext;
