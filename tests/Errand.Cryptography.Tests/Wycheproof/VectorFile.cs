using System.Text.Json;
using Errand.Tests;

namespace Errand.Cryptography.Tests;

/// <summary>Reads published vector files.</summary>
internal static class VectorFile
{
    internal static JsonElement Read(string kind, string vectorCase, string file = "vectors.json")
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Vectors.Folder(kind), vectorCase, file)));
        return document.RootElement.Clone();
    }

    internal static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    internal static string[] Flags(this JsonElement element) =>
        element.TryGetProperty("flags", out JsonElement flags) && flags.ValueKind == JsonValueKind.Array
            ? [.. flags.EnumerateArray().Select(flag => flag.GetString()!)]
            : [];
}
