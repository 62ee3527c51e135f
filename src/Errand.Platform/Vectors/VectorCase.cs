using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>A test vector read from its folder: <c>case.json</c> and the files that it names, by role.</summary>
internal sealed class VectorCase
{
    private readonly List<(string Name, string Role, byte[] Bytes)> _files = [];

    private VectorCase(string kind, string name, JsonObject expected, DateTimeOffset? verifyAt)
    {
        Kind = kind;
        Name = name;
        Expected = expected;
        VerifyAt = verifyAt;
    }

    internal string Kind { get; }

    internal string Name { get; }

    internal JsonObject Expected { get; }

    internal DateTimeOffset? VerifyAt { get; }

    /// <summary>Reads a case.</summary>
    /// <exception cref="InvalidDataException">The folder is not one of a case.</exception>
    internal static VectorCase Load(string folder)
    {
        try
        {
            JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "case.json"))) ?? throw new InvalidDataException("case.json is empty.");
            string? at = (string?)root["verifyAt"];
            var read = new VectorCase((string)Member(root, "kind")!, (string)Member(root, "case")!, Member(root, "expected").AsObject(),
                at is null ? null : DateTimeOffset.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
            foreach (JsonNode? file in Member(root, "files").AsArray())
            {
                if (file is null) throw new InvalidDataException("case.json lists a file that is null.");
                var name = (string)Member(file, "name")!;
                if (Path.GetFileName(name) != name) throw new InvalidDataException($"{name} is not a plain file name.");
                read._files.Add((name, (string)Member(file, "role")!, File.ReadAllBytes(Path.Combine(folder, name))));
            }
            return read;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("case.json is not JSON, or a member has another type than in every case.", e);
        }
    }

    /// <summary>The one file of a role; null when there is none.</summary>
    internal byte[]? Find(string role) => _files.Where(file => file.Role == role).Select(file => file.Bytes).FirstOrDefault();

    /// <summary>All files of a role, in order.</summary>
    internal IReadOnlyList<(string Name, byte[] Bytes)> All(string role) => [.. _files.Where(file => file.Role == role).Select(file => (file.Name, file.Bytes))];

    /// <summary>PCR values of a JSON file <c>{bank: {index: hex}}</c>.</summary>
    internal static IReadOnlyList<PcrBank> ReadPcrs(byte[] json) => PcrValues.TryParse(json) ?? throw new InvalidDataException("The PCR values are unreadable.");

    private static JsonNode Member(JsonNode node, string name) => node[name] ?? throw new InvalidDataException($"case.json lacks {name}.");
}
