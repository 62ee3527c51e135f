using System.Text.Json;

namespace Errand.Platform;

/// <summary>Reads members of vector files. Throws as the JSON library does; <see cref="VectorRunner"/> makes that a case that cannot be run.</summary>
internal static class VectorJson
{
    internal static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    internal static string[] Flags(this JsonElement element) => element.TryGetProperty("flags", out JsonElement flags) && flags.ValueKind == JsonValueKind.Array
        ? [.. flags.EnumerateArray().Select(flag => flag.GetString()!)]
        : [];
}
