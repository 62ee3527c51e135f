using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Errand.Attestation;

/// <summary>
/// A place in a policy file, read strictly: every member that is asked for must be there, and <see cref="Close"/> refuses those that nobody
/// asked for. Faults are collected, so that one reading names everything that is wrong; what is wrong reads as nothing.
/// </summary>
internal sealed class PolicyNode(JsonElement element, string path, PolicyReading reading)
{
    private const int ListMax = 65_536;

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>What <c>"given"</c> stands for: the nonce of whoever verifies; null when none was given.</summary>
    internal ReadOnlyMemory<byte>? Nonce => reading.Nonce;

    internal bool Has(string name)
    {
        _asked.Add(name);
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);
    }

    /// <summary>Whether a member is there and null.</summary>
    internal bool IsNull(string name) => Has(name) && element.GetProperty(name).ValueKind == JsonValueKind.Null;

    internal PolicyNode Object(string name, string meaning)
    {
        if (Member(name, meaning, JsonValueKind.Object) is { } member) return new PolicyNode(member, At(name), reading);
        return new PolicyNode(default, At(name), new PolicyReading(null));
    }

    internal IReadOnlyList<T> List<T>(string name, string meaning, Func<PolicyNode, T> read)
    {
        if (Member(name, meaning, JsonValueKind.Array) is not { } member) return [];
        List<T> items = [];
        foreach (JsonElement item in member.EnumerateArray())
        {
            var node = new PolicyNode(item, $"{At(name)}[{items.Count}]", reading);
            if (items.Count == ListMax)
            {
                node.Fail($"a list has at most {ListMax} items");
                break;
            }
            items.Add(read(node));
        }
        return items;
    }

    /// <summary>The members of an object whose names are values too.</summary>
    internal IReadOnlyList<(string Name, PolicyNode Value)> Entries()
    {
        if (element.ValueKind != JsonValueKind.Object) return [];
        foreach (JsonProperty member in element.EnumerateObject()) _asked.Add(member.Name);
        return [.. element.EnumerateObject().Select(member => (member.Name, new PolicyNode(member.Value, At(member.Name), reading)))];
    }

    internal string Text(string name, string meaning) => Member(name, meaning, JsonValueKind.String) is { } member ? member.GetString()! : "";

    internal bool Bool(string name, string meaning)
    {
        if (Member(name, meaning) is not { } member) return false;
        if (member.ValueKind is JsonValueKind.True or JsonValueKind.False) return member.GetBoolean();
        Fail(name, $"is true or false: {meaning}");
        return false;
    }

    internal long Number(string name, long max, string meaning)
    {
        if (Member(name, meaning, JsonValueKind.Number) is not { } member) return 0;
        if (member.TryGetInt64(out long number) && number >= 0 && number <= max) return number;
        Fail(name, $"is a whole number from 0 to {max}: {meaning}");
        return 0;
    }

    /// <summary>Bits, as <c>"0x30000"</c>.</summary>
    internal ulong Bits(string name, string meaning)
    {
        if (Member(name, meaning, JsonValueKind.String)?.GetString() is not { } text) return 0;
        if (text.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, NumberFormatInfo.InvariantInfo, out ulong bits)) return bits;
        Fail(name, $"is a hexadecimal number such as \"0x30000\": {meaning}");
        return 0;
    }

    internal ReadOnlyMemory<byte> Hex(string name, int size, string meaning)
    {
        ReadOnlyMemory<byte> bytes = Hex(name, size, size, meaning);
        return bytes;
    }

    internal ReadOnlyMemory<byte> Hex(string name, int sizeMin, int sizeMax, string meaning) =>
        Member(name, meaning, JsonValueKind.String) is { } member ? Decode(member.GetString()!, sizeMin, sizeMax, At(name), meaning) : default;

    internal T Enum<T>(string name, string meaning)
        where T : struct, Enum => ParseEnum<T>(Member(name, meaning, JsonValueKind.String)?.GetString(), At(name));

    /// <summary>This place itself as one of an enum's names.</summary>
    internal T Enum<T>()
        where T : struct, Enum => ParseEnum<T>(AsText("one of " + string.Join(", ", System.Enum.GetNames<T>())), path);

    internal string? AsText(string meaning)
    {
        if (element.ValueKind == JsonValueKind.String) return element.GetString();
        Fail($"is text: {meaning}");
        return null;
    }

    internal ReadOnlyMemory<byte> AsHex(int sizeMin, int sizeMax, string meaning) => AsText(meaning) is { } text ? Decode(text, sizeMin, sizeMax, path, meaning) : default;

    /// <summary>A member that is a word or an object with one member, as <c>"any"</c> or <c>{"exactly": …}</c>: the word or the member's name, and its value.</summary>
    internal (string Word, PolicyNode Value) Choice(string name, params string[] words)
    {
        string choices = string.Join(" or ", words.Select(word => word.EndsWith('…') ? $"{{\"{word[..^1]}\": …}}" : $"\"{word}\""));
        if (Member(name, $"write {choices}") is not { } member) return ("", this);
        if (member.ValueKind == JsonValueKind.String && words.Contains(member.GetString(), StringComparer.Ordinal)) return (member.GetString()!, this);
        if (member.ValueKind == JsonValueKind.Object && member.GetPropertyCount() == 1 && member.EnumerateObject().First() is var only && words.Contains(only.Name + "…", StringComparer.Ordinal))
            return (only.Name, new PolicyNode(only.Value, $"{At(name)}.{only.Name}", reading));
        Fail(name, $"is {choices}");
        return ("", this);
    }

    /// <summary>This place itself as a list.</summary>
    internal IReadOnlyList<T> AsList<T>(Func<PolicyNode, T> read)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            Fail("is a list");
            return [];
        }
        return [.. element.EnumerateArray().Take(ListMax).Select((item, i) => read(new PolicyNode(item, $"{path}[{i}]", reading)))];
    }

    /// <summary>Refuses members that nobody asked for.</summary>
    internal void Close()
    {
        if (element.ValueKind == JsonValueKind.Undefined) return;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fail("is an object { … }");
            return;
        }
        foreach (JsonProperty member in element.EnumerateObject())
            if (!_asked.Contains(member.Name)) Fail(member.Name, $"is not known. Known here: {string.Join(", ", _asked)}");
    }

    internal void Fail(string sentence) => reading.Faults.Add(new PolicyFault(path, sentence + "."));

    internal void Fail(string name, string sentence) => reading.Faults.Add(new PolicyFault(At(name), sentence + "."));

    private JsonElement? Member(string name, string meaning, JsonValueKind? kind = null)
    {
        _asked.Add(name);
        if (element.ValueKind == JsonValueKind.Undefined) return null;
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement member))
        {
            Fail(name, $"is missing: {meaning}");
            return null;
        }
        if (kind is null || member.ValueKind == kind) return member;
        Fail(name, $"is {kind switch { JsonValueKind.Object => "an object { … }", JsonValueKind.Array => "a list [ … ]", JsonValueKind.Number => "a number", _ => "text" }}: {meaning}");
        return null;
    }

    private T ParseEnum<T>(string? text, string at)
        where T : struct, Enum
    {
        // Names only: numbers would be taken for values, also for ones that do not exist.
        if (text is null) return default;
        if (System.Enum.GetNames<T>().Contains(text, StringComparer.Ordinal)) return System.Enum.Parse<T>(text);
        reading.Faults.Add(new PolicyFault(at, $"is one of {string.Join(", ", System.Enum.GetNames<T>())}."));
        return default;
    }

    private byte[] Decode(string text, int sizeMin, int sizeMax, string at, string meaning)
    {
        if (text.Length % 2 == 0 && text.Length >= 2 * sizeMin && text.Length <= 2 * sizeMax)
        {
            var bytes = new byte[text.Length / 2];
            if (Convert.FromHexString(text, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length) return bytes;
        }
        string size = sizeMin == sizeMax ? $"{2 * sizeMax}" : $"{2 * sizeMin} to {2 * sizeMax}";
        reading.Faults.Add(new PolicyFault(at, $"is {size} hexadecimal digits: {meaning}."));
        return [];
    }

    private string At(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
