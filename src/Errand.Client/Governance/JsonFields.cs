using System.Collections.Immutable;
using System.Text.Json;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Reads one JSON object of a genesis or governance file strictly: each member has its type and range, none is unknown.</summary>
internal sealed class JsonFields
{
    private readonly JsonElement _object;
    private readonly string _where;
    private readonly ClientError _error;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <param name="element">The object.</param>
    /// <param name="where">Where it stands, for messages.</param>
    /// <param name="error">What a file is told to be that is wrong.</param>
    public JsonFields(JsonElement element, string where, ClientError error = ClientError.GovernanceFile)
    {
        _error = error;
        _object = element;
        _where = where;
        if (element.ValueKind != JsonValueKind.Object) throw Wrong("it is no object");
    }

    /// <summary>True when the member is there.</summary>
    public bool Has(string name) => _object.TryGetProperty(name, out _);

    public string Text(string name) => TextOf(Member(name, JsonValueKind.String), name);

    public bool Bool(string name) => Take(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong($"\"{name}\" is neither true nor false"),
    };

    /// <summary>A whole number from <paramref name="min"/> to 2^53; <paramref name="present"/> where the member may be left out and is.</summary>
    public long Number(string name, long min = 0, long? present = null)
    {
        if (present is { } value && !Has(name)) return value;
        return Member(name, JsonValueKind.Number).TryGetInt64(out long number) && number >= min && number <= 1L << 53 ? number : throw Wrong($"\"{name}\" is no whole number from {min}");
    }

    public int Int(string name, int min = 0, int? present = null) =>
        Number(name, min, present) is var number && number <= int.MaxValue ? (int)number : throw Wrong($"\"{name}\" is too large");

    public Bytes32 Digest(string name) => ParseDigest(Text(name), name);

    public ReadOnlyMemory<byte> Hex(string name) => ParseHex(Text(name), name);

    public TeeKind Tee(string name) => Text(name) switch
    {
        "sev-snp" => TeeKind.SevSnp,
        "tdx" => TeeKind.Tdx,
        "development-vtpm" => TeeKind.DevelopmentVtpm,
        _ => throw Wrong($"\"{name}\" is none of \"sev-snp\", \"tdx\", \"development-vtpm\""),
    };

    public ImmutableArray<Bytes32> Digests(string name) => [.. Items(name).Select(item => ParseDigest(TextOf(item, name), name))];

    public ImmutableArray<ReadOnlyMemory<byte>> HexList(string name) => [.. Items(name).Select(item => ParseHex(TextOf(item, name), name))];

    public JsonFields Object(string name) => new(Member(name, JsonValueKind.Object), $"\"{name}\"", _error);

    /// <summary>The objects of a list.</summary>
    public IEnumerable<JsonFields> Objects(string name) => Items(name).Select((item, i) => new JsonFields(item, $"item {i + 1} of \"{name}\"", _error));

    public IEnumerable<JsonElement> Items(string name) => Member(name, JsonValueKind.Array).EnumerateArray();

    /// <summary>Members that nobody has read are unknown.</summary>
    public void Close()
    {
        string? unknown = _object.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !_read.Contains(name));
        if (unknown is not null) throw Wrong($"\"{unknown}\" is not known here");
    }

    /// <summary>What is wrong, as an error for the user.</summary>
    public ClientException Wrong(string what) => new(_error, $"In {_where} {what}.");

    private JsonElement Take(string name)
    {
        if (!_object.TryGetProperty(name, out JsonElement value)) throw Wrong($"\"{name}\" is missing");
        _read.Add(name);
        return value;
    }

    private JsonElement Member(string name, JsonValueKind kind) =>
        Take(name) is var value && value.ValueKind == kind ? value : throw Wrong($"\"{name}\" is no {kind.ToString().ToLowerInvariant()}");

    private string TextOf(JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.String) throw Wrong($"\"{name}\" has an item that is no string");
        try
        {
            return item.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which only an escape can smuggle in.
            throw Wrong($"\"{name}\" is no text");
        }
    }

    private Bytes32 ParseDigest(string text, string name) =>
        Bytes32.TryParseHex(text, out Bytes32 value) ? value : throw Wrong($"\"{name}\" does not have 64 lower-case hexadecimal digits");

    private ReadOnlyMemory<byte> ParseHex(string text, string name)
    {
        if (text.Length % 2 == 0 && text.Length <= 2 * ProtocolLimits.ReportSizeMax && text.Length > 0 && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0) return Convert.FromHexString(text);
        throw Wrong($"\"{name}\" is no lower-case hexadecimal of 1 to {ProtocolLimits.ReportSizeMax} bytes");
    }
}
