using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Client;

/// <summary>Reads policy files without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    MaxDepth = OutputShapeFile.DepthMax,
    Converters = [typeof(StringsConverter), typeof(ListsConverter), typeof(CustodyConverter)])]
[JsonSerializable(typeof(OwnerPolicyDocument))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(string[][]))]
internal sealed partial class OwnerPolicyJson : JsonSerializerContext;
