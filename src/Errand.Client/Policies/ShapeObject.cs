using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Errand.Client;

/// <summary>An object of a shape file, with the path to it, for messages that people can use. Throws <see cref="PolicyFileException"/> only.</summary>
internal sealed class ShapeObject
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    public ShapeObject(JsonElement element, string path)
    {
        Path = path;
        if (element.ValueKind != JsonValueKind.Object) throw new PolicyFileException($"\"{path}\" must be an object.");
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string name = Decode(() => member.Name);
            if (!_members.TryAdd(name, member.Value)) throw new PolicyFileException($"\"{path}\" has \"{Shorten(name)}\" twice.");
            _names.Add(name);
        }
    }

    /// <summary>Where it stands.</summary>
    public string Path { get; }

    /// <summary>Its members in the order written.</summary>
    public IReadOnlyList<string> Names => _names;

    public bool Has(string name) => _members.ContainsKey(name);

    public void AllowOnly(params string[] known)
    {
        if (_names.Find(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
            throw new PolicyFileException($"\"{Path}\" has \"{Shorten(unknown)}\", which is not known here. Allowed are {string.Join(", ", known)}.");
    }

    public ShapeObject Object(string name) => new(Member(name), $"{Path}.{Shorten(name)}");

    public IEnumerable<ShapeObject> Objects(string name, int max) => Array(name, max).Select((item, i) => new ShapeObject(item, string.Create(CultureInfo.InvariantCulture, $"{Path}.{name}[{i}]")));

    public ImmutableArray<string> Texts(string name, int max) =>
        [.. Array(name, max).Select(item => item.ValueKind == JsonValueKind.String ? Decode(() => item.GetString()!) : throw Wrong(name, "a list of texts"))];

    public string Text(string name)
    {
        JsonElement member = Member(name);
        return member.ValueKind == JsonValueKind.String ? Decode(() => member.GetString()!) : throw Wrong(name, "a text");
    }

    public bool IsFalse(string name) => Has(name) && Member(name).ValueKind == JsonValueKind.False;

    public long Whole(string name, long min, long max)
    {
        JsonElement member = Member(name);
        return member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out long value) && value >= min && value <= max
            ? value
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
    }

    public PolicyFileException Wrong(string name, string expected) => new($"\"{Path}.{name}\" must be {expected}.");

    private JsonElement Member(string name) => _members.TryGetValue(name, out JsonElement member) ? member : throw new PolicyFileException($"\"{Path}\" lacks \"{Shorten(name)}\".");

    private JsonElement[] Array(string name, int max)
    {
        JsonElement member = Member(name);
        return member.ValueKind == JsonValueKind.Array && member.GetArrayLength() <= max
            ? [.. member.EnumerateArray()]
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a list of at most {max} items"));
    }

    // Escapes of half a surrogate pair, and bytes that are not UTF-8, show only when a text is decoded.
    private string Decode(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new PolicyFileException($"\"{Path}\" holds a text that is not Unicode.");
        }
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
