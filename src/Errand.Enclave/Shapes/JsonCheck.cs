using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Holds a JSON text against its shape: one pass over the tokens, memory for the path alone.</summary>
internal ref struct JsonCheck
{
    // A path is for people: names are the shape's own, and there is no need for all of a long one.
    private const int PathLengthMax = 160;

    private readonly List<string> _path = [];
    private Utf8JsonReader _reader;

    private JsonCheck(ReadOnlySpan<byte> content) =>
        _reader = new Utf8JsonReader(content, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false, MaxDepth = ShapeLimits.DepthMax });

    /// <summary>The first fault, or null.</summary>
    public static ShapeFault? Check(JsonShape shape, ReadOnlySpan<byte> content)
    {
        var check = new JsonCheck(content);
        ShapeRule rule;
        try
        {
            // The reader does not look inside texts.
            rule = Utf8.IsValid(content) && check._reader.Read() ? check.Value(shape.Root) : ShapeRule.Json;
            if (rule == ShapeRule.None && check._reader.Read()) rule = ShapeRule.Json;
        }
        catch (JsonException)
        {
            // The reader's only way to say that a text is no JSON.
            rule = ShapeRule.Json;
        }
        return rule == ShapeRule.None ? null : new ShapeFault(rule, shape.Name, check.Path());
    }

    /// <summary>A text that was checked, without the white space between its tokens, which could otherwise carry anything. In a pinned array.</summary>
    public static byte[] Compact(ReadOnlySpan<byte> content)
    {
        int size = 0;
        foreach (Range token in new JsonTokens(content)) size += token.End.Value - token.Start.Value;
        byte[] compact = GC.AllocateArray<byte>(size, pinned: true);
        size = 0;
        foreach (Range token in new JsonTokens(content))
        {
            content[token].CopyTo(compact.AsSpan(size));
            size += token.End.Value - token.Start.Value;
        }
        return compact;
    }

    private ShapeRule Value(JsonType type) => type switch
    {
        JsonType.Map map => Map(map),
        JsonType.List list => List(list),
        JsonType.Text text => Text(text),
        JsonType.Choice choice => Choice(choice),
        JsonType.Whole whole => Number(whole.Minimum, whole.Maximum, isWhole: true),
        JsonType.Number number => Number(number.Minimum, number.Maximum, isWhole: false),
        JsonType.Truth => _reader.TokenType is JsonTokenType.True or JsonTokenType.False ? ShapeRule.None : ShapeRule.Type,
        _ => throw new InvalidOperationException("Unexpected JSON type."),
    };

    // Properties come in the shape's order: so none can be repeated, and their order says nothing.
    private ShapeRule Map(JsonType.Map map)
    {
        if (_reader.TokenType != JsonTokenType.StartObject) return ShapeRule.Type;
        int next = 0;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueIsEscaped) return ShapeRule.Escape;
            int found = next;
            while (found < map.Properties.Length && !_reader.ValueTextEquals(map.Properties[found].Name)) found++;
            if (found == map.Properties.Length) return ShapeRule.Property;
            if (Missing(map, next, found) is { } missing) return At("." + missing, ShapeRule.PropertyMissing);
            _reader.Read();
            ShapeRule rule = Value(map.Properties[found].Type);
            if (rule != ShapeRule.None) return At("." + map.Properties[found].Name, rule);
            next = found + 1;
        }
        return Missing(map, next, map.Properties.Length) is { } last ? At("." + last, ShapeRule.PropertyMissing) : ShapeRule.None;
    }

    private static string? Missing(JsonType.Map map, int from, int to)
    {
        for (int i = from; i < to; i++)
            if (map.Properties[i].Required) return map.Properties[i].Name;
        return null;
    }

    // The path is put together from its end, once there is a fault: a million good items cost nothing.
    private readonly ShapeRule At(string part, ShapeRule rule)
    {
        _path.Insert(0, part);
        return rule;
    }

    private ShapeRule List(JsonType.List list)
    {
        if (_reader.TokenType != JsonTokenType.StartArray) return ShapeRule.Type;
        for (int count = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; count++)
        {
            ShapeRule rule = count < list.ItemsMax ? Value(list.Items) : ShapeRule.Items;
            if (rule != ShapeRule.None) return At(string.Create(CultureInfo.InvariantCulture, $"[{count}]"), rule);
        }
        return ShapeRule.None;
    }

    private readonly ShapeRule Text(JsonType.Text text)
    {
        if (_reader.TokenType != JsonTokenType.String) return ShapeRule.Type;
        if (_reader.ValueIsEscaped) return ShapeRule.Escape;
        // Code points are the bytes that do not continue one.
        int length = 0;
        foreach (byte unit in _reader.ValueSpan) length += (unit & 0xC0) == 0x80 ? 0 : 1;
        return length <= text.LengthMax ? ShapeRule.None : ShapeRule.Length;
    }

    private readonly ShapeRule Choice(JsonType.Choice choice)
    {
        if (_reader.TokenType != JsonTokenType.String) return ShapeRule.Type;
        if (_reader.ValueIsEscaped) return ShapeRule.Escape;
        foreach (string value in choice.Values)
            if (_reader.ValueTextEquals(value)) return ShapeRule.None;
        return ShapeRule.Choice;
    }

    private readonly ShapeRule Number(long minimum, long maximum, bool isWhole)
    {
        if (_reader.TokenType != JsonTokenType.Number) return ShapeRule.Type;
        ReadOnlySpan<byte> text = _reader.ValueSpan;
        if (!PlainNumber.TryRead(text, out _, out int places) || (isWhole && places > 0)) return ShapeRule.NumberForm;
        // 18 digits fit a decimal exactly.
        if (!Utf8Parser.TryParse(text, out decimal value, out int used) || used != text.Length) throw new InvalidOperationException("A number that was checked is none.");
        return value >= minimum && value <= maximum ? ShapeRule.None : ShapeRule.Range;
    }

    private readonly string Path()
    {
        var path = new StringBuilder("$");
        foreach (string part in _path) path.Append(part);
        if (path.Length <= PathLengthMax) return path.ToString();
        int end = char.IsHighSurrogate(path[PathLengthMax - 1]) ? PathLengthMax - 1 : PathLengthMax;
        return path.ToString(0, end) + "…";
    }
}
