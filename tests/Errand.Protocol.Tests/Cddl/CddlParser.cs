using System.Text.RegularExpressions;

namespace Errand.Protocol.Tests;

/// <summary>Reads CDDL (RFC 8610): rules, choices, ranges, controls, maps, arrays, occurrences, groups in groups, tags.</summary>
internal sealed partial class CddlParser
{
    private readonly string[] _tokens;
    private int _next;

    private CddlParser(string text)
    {
        string plain = Comment().Replace(text, "");
        MatchCollection tokens = Token().Matches(plain);
        if (tokens.Sum(token => token.Length) != plain.Count(c => !char.IsWhiteSpace(c)) + tokens.Where(token => token.Value[0] == '"').Sum(token => token.Value.Count(char.IsWhiteSpace)))
            throw new FormatException("The CDDL has a character that is none of its tokens.");
        _tokens = [.. tokens.Select(token => token.Value)];
    }

    /// <summary>All rules by name.</summary>
    /// <exception cref="FormatException">The text is not CDDL of the subset.</exception>
    public static Dictionary<string, CddlType> Parse(string text)
    {
        var parser = new CddlParser(text);
        var rules = new Dictionary<string, CddlType>(StringComparer.Ordinal);
        while (parser._next < parser._tokens.Length)
        {
            string name = parser.Take();
            parser.Expect("=");
            if (!rules.TryAdd(name, parser.ReadType())) throw new FormatException($"The rule {name} stands twice.");
        }
        return rules;
    }

    private string? Peek(int ahead = 0) => _next + ahead < _tokens.Length ? _tokens[_next + ahead] : null;

    private string Take() => Peek() is { } token ? _tokens[_next++] : throw new FormatException("The CDDL is cut short.");

    private bool TakeIf(string token)
    {
        if (Peek() != token) return false;
        _next++;
        return true;
    }

    private void Expect(string token)
    {
        string found = Take();
        if (found != token) throw new FormatException($"Expected {token}, found {found} after {string.Join(' ', _tokens.Take(_next).TakeLast(8))}.");
    }

    private CddlType ReadType()
    {
        var types = new List<CddlType> { ReadSimple() };
        while (TakeIf("/")) types.Add(ReadSimple());
        return types.Count == 1 ? types[0] : new CddlType.Choice(types);
    }

    private CddlType ReadSimple()
    {
        CddlType type = ReadAtom();
        if (TakeIf(".."))
            return type is CddlType.Number min && ReadAtom() is CddlType.Number max ? new CddlType.Range(min.Value, max.Value) : throw new FormatException("A range is not of numbers.");
        return Peek() is [ '.', .. ] control && control.Length > 2 ? new CddlType.Control(type, Take(), ReadAtom()) : type;
    }

    private CddlType ReadAtom()
    {
        string token = Take();
        switch (token[0])
        {
            case '{':
                CddlGroup map = ReadGroup("}");
                return new CddlType.Map(map);
            case '[':
                return new CddlType.List(ReadGroup("]"));
            case '(':
                CddlType inner = ReadType();
                Expect(")");
                return inner;
            case '#':
                Expect("(");
                CddlType item = ReadType();
                Expect(")");
                return new CddlType.Tagged(ulong.Parse(token[3..]), item);
            case '"':
                return new CddlType.Literal(token[1..^1]);
            case '-' or (>= '0' and <= '9'):
                return new CddlType.Number(long.Parse(token));
            case >= 'a' and <= 'z':
                return new CddlType.Name(token);
            default:
                throw new FormatException($"{token} is no type.");
        }
    }

    private CddlGroup ReadGroup(string end)
    {
        var choices = new List<IReadOnlyList<CddlEntry>>();
        var entries = new List<CddlEntry>();
        while (!TakeIf(end))
        {
            if (TakeIf("//"))
            {
                choices.Add(entries);
                entries = [];
                continue;
            }
            entries.Add(ReadEntry());
            if (!TakeIf(",") && Peek() != end && Peek() != "//") throw new FormatException($"Expected a comma before {Peek()}.");
        }
        choices.Add(entries);
        return new CddlGroup(choices);
    }

    private CddlEntry ReadEntry()
    {
        (int min, int max) = ReadOccurrence();
        // In this subset, parentheses after an occurrence or at the place of an entry hold a group.
        if (TakeIf("(")) return new CddlEntry(min, max, null, null, ReadGroup(")"));
        long? key = null;
        if (Peek(1) == ":")
        {
            string name = Take();
            if (long.TryParse(name, out long number)) key = number;
            Expect(":");
        }
        return new CddlEntry(min, max, key, ReadType(), null);
    }

    private (int Min, int Max) ReadOccurrence()
    {
        if (TakeIf("?")) return (0, 1);
        if (TakeIf("+")) return (1, int.MaxValue);
        int min = 0;
        if (Peek(1) == "*" && int.TryParse(Peek(), out min)) Take();
        else if (Peek() != "*") return (1, 1);
        Expect("*");
        return int.TryParse(Peek(), out int max) && Peek(1) != ".." && Peek(1) != ":" ? Taken(min, max) : (min, int.MaxValue);
    }

    private (int Min, int Max) Taken(int min, int max)
    {
        Take();
        return (min, max);
    }

    [GeneratedRegex(";[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex("""
        \#6\.\d+|"[^"]*"|\.\.|\.[a-z]+|[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*|-?\d+|//|[{}\[\]()=/:,?*+]
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
