using System.Text.Json.Serialization;

namespace Errand.Client;

/// <summary>Reads and writes <see cref="KeyStoreFile"/> without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(KeyStoreFile))]
internal sealed partial class KeyStoreJson : JsonSerializerContext;
