using System.Globalization;
using System.Text;

namespace Errand.Attestation;

/// <summary>Writes a policy file with a comment for each member, for people to change.</summary>
internal sealed class PolicyWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _first = true;

    /// <summary>True to write "given" where nothing is said of a binding: in templates, so that freshness is not forgotten.</summary>
    internal bool AsksForNonce { get; init; }

    internal PolicyWriter Open(string? name, char bracket, string comment = "")
    {
        Begin(name, comment);
        _text.Append(bracket);
        _depth++;
        _first = true;
        return this;
    }

    internal PolicyWriter Close(char bracket)
    {
        _depth--;
        if (!_first) NewLine();
        _text.Append(bracket);
        _first = false;
        return this;
    }

    internal PolicyWriter Text(string? name, string value, string comment = "") => Raw(name, Quote(value), comment);

    internal PolicyWriter Hex(string? name, ReadOnlyMemory<byte> value, string comment = "") => Raw(name, Quote(Convert.ToHexStringLower(value.Span)), comment);

    internal PolicyWriter Number(string name, long value, string comment = "") => Raw(name, value.ToString(NumberFormatInfo.InvariantInfo), comment);

    internal PolicyWriter Bits(string name, ulong value, string comment = "") => Raw(name, Quote($"0x{value:x}"), comment);

    internal PolicyWriter Bool(string name, bool value, string comment = "") => Raw(name, value ? "true" : "false", comment);

    internal PolicyWriter Words(string name, IEnumerable<string> values, string comment = "") => Raw(name, $"[{string.Join(", ", values.Select(Quote))}]", comment);

    /// <summary>A choice with a value, <c>{"exactly": "…"}</c>.</summary>
    internal PolicyWriter Choice(string name, string word, ReadOnlyMemory<byte> value, string comment = "") => Raw(name, $"{{{Quote(word)}: {Quote(Convert.ToHexStringLower(value.Span))}}}", comment);

    internal PolicyWriter Raw(string? name, string value, string comment = "")
    {
        Begin(name, comment);
        _text.Append(value);
        _first = false;
        return this;
    }

    internal void Comment(string text)
    {
        if (_text.Length > 0) NewLine();
        _text.Append("// ").Append(text.Replace('\n', ' '));
    }

    /// <inheritdoc/>
    public override string ToString() => _text.Append('\n').ToString();

    internal static string Quote(string text)
    {
        return $"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"";
    }

    private void Begin(string? name, string comment)
    {
        if (!_first) _text.Append(',');
        if (comment.Length > 0) Comment(comment);
        if (_text.Length > 0) NewLine();
        if (name is not null) _text.Append(Quote(name)).Append(": ");
    }

    private void NewLine() => _text.Append('\n').Append(' ', 2 * _depth);
}
