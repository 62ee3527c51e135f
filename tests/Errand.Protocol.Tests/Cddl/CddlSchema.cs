using System.Text;
using System.Text.RegularExpressions;

namespace Errand.Protocol.Tests;

/// <summary>Says whether CBOR is as a rule of the CDDL says. Map keys are numbers; a key that no entry names is refused.</summary>
internal sealed class CddlSchema
{
    private readonly Dictionary<string, CddlType> _rules;

    public CddlSchema(string text)
    {
        _rules = CddlParser.Parse(text);
        foreach (CddlType type in _rules.Values) Resolve(type);
    }

    /// <summary>Names of the rules.</summary>
    public IReadOnlyCollection<string> Names => _rules.Keys;

    /// <summary>A rule's type.</summary>
    public CddlType this[string name] => _rules[name];

    /// <summary>True when the bytes are exactly one item of the rule.</summary>
    public bool Matches(string rule, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Matches(_rules[rule], CborNode.Parse(bytes));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private bool Matches(CddlType type, CborNode node) => type switch
    {
        CddlType.Name name => MatchesName(name.Value, node),
        CddlType.Number number => IsNumber(node, out Int128 value) && value == number.Value,
        CddlType.Literal literal => node is CborNode.Text text && text.Value == literal.Value,
        CddlType.Range range => IsNumber(node, out Int128 value) && value >= range.Min && value <= range.Max,
        CddlType.Choice choice => choice.Types.Any(one => Matches(one, node)),
        CddlType.Control control => Matches(control.Target, node) && MatchesControl(control, node),
        CddlType.Tagged tagged => node is CborNode.Tagged item && item.Tag == tagged.Tag && Matches(tagged.Item, item.Item),
        CddlType.List list => node is CborNode.List items && Sequences(list.Group).Any(entries => MatchesList(entries, items.Items)),
        CddlType.Map map => node is CborNode.Map pairs && Sequences(map.Group).Any(entries => MatchesMap(entries, pairs.Pairs)),
        _ => throw new InvalidOperationException(),
    };

    private bool MatchesName(string name, CborNode node) => name switch
    {
        "uint" => node is CborNode.UInt,
        "bytes" => node is CborNode.Bytes,
        "text" => node is CborNode.Text,
        "bool" => node is CborNode.Simple { Value: 20 or 21 },
        "null" => node is CborNode.Simple { Value: 22 },
        _ => Matches(_rules[name], node),
    };

    private bool MatchesControl(CddlType.Control control, CborNode node) => (control.Operator, node) switch
    {
        (".size", CborNode.Bytes bytes) => Matches(control.Argument, new CborNode.UInt((ulong)bytes.Value.Length)),
        (".size", CborNode.Text text) => Matches(control.Argument, new CborNode.UInt((ulong)Encoding.UTF8.GetByteCount(text.Value))),
        (".le", _) => IsNumber(node, out Int128 value) && value <= ((CddlType.Number)control.Argument).Value,
        (".ge", _) => IsNumber(node, out Int128 value) && value >= ((CddlType.Number)control.Argument).Value,
        (".regexp", CborNode.Text text) => Regex.IsMatch(text.Value, $@"\A(?:{((CddlType.Literal)control.Argument).Value})\z", RegexOptions.ECMAScript),
        (".cbor", CborNode.Bytes bytes) => Matches(control.Argument, CborNode.Parse(bytes.Value)),
        _ => throw new InvalidOperationException($"The control {control.Operator} is not known for {node.GetType().Name}."),
    };

    // Groups within groups become the sequences that they stand for.
    private static IEnumerable<IReadOnlyList<CddlEntry>> Sequences(CddlGroup group) => group.Choices.SelectMany(choice => Expand(choice, 0));

    private static IEnumerable<IReadOnlyList<CddlEntry>> Expand(IReadOnlyList<CddlEntry> entries, int from)
    {
        if (from == entries.Count) return [[]];
        CddlEntry first = entries[from];
        if (first.Group is null) return Expand(entries, from + 1).Select(rest => (IReadOnlyList<CddlEntry>)[first, .. rest]);
        if (first.Max != 1) throw new InvalidOperationException("A group that repeats is not of the subset.");
        IEnumerable<IReadOnlyList<CddlEntry>> with = Sequences(first.Group).SelectMany(inner => Expand(entries, from + 1).Select(rest => (IReadOnlyList<CddlEntry>)[.. inner, .. rest]));
        return first.Min == 0 ? with.Concat(Expand(entries, from + 1)) : with;
    }

    private bool MatchesList(IReadOnlyList<CddlEntry> entries, IReadOnlyList<CborNode> items, int entry = 0, int item = 0)
    {
        if (entry == entries.Count) return item == items.Count;
        CddlEntry current = entries[entry];
        for (int count = 0; ; count++)
        {
            if (count >= current.Min && MatchesList(entries, items, entry + 1, item + count)) return true;
            if (count == current.Max || item + count == items.Count || !Matches(current.Type!, items[item + count])) return false;
        }
    }

    private bool MatchesMap(IReadOnlyList<CddlEntry> entries, IReadOnlyList<(CborNode Key, CborNode Value)> pairs)
    {
        var byKey = new Dictionary<Int128, CborNode>();
        foreach ((CborNode key, CborNode value) in pairs)
            if (!IsNumber(key, out Int128 number) || !byKey.TryAdd(number, value)) return false;
        foreach (CddlEntry entry in entries)
        {
            if (entry.Key is not { } key || entry.Max != 1) throw new InvalidOperationException("An entry of a map has no number, or repeats.");
            if (byKey.Remove(key, out CborNode? value) ? !Matches(entry.Type!, value) : entry.Min > 0) return false;
        }
        return byKey.Count == 0;
    }

    private static bool IsNumber(CborNode node, out Int128 value)
    {
        value = node switch { CborNode.UInt number => number.Value, CborNode.Negative number => -1 - (Int128)number.Value, _ => 0 };
        return node is CborNode.UInt or CborNode.Negative;
    }

    private void Resolve(CddlType type)
    {
        switch (type)
        {
            case CddlType.Name name:
                if (name.Value is not ("uint" or "bytes" or "text" or "bool" or "null") && !_rules.ContainsKey(name.Value)) throw new FormatException($"The CDDL has no rule {name.Value}.");
                break;
            case CddlType.Choice choice: foreach (CddlType one in choice.Types) Resolve(one); break;
            case CddlType.Control control: Resolve(control.Target); Resolve(control.Argument); break;
            case CddlType.Tagged tagged: Resolve(tagged.Item); break;
            case CddlType.Map map: Resolve(map.Group); break;
            case CddlType.List list: Resolve(list.Group); break;
            default: break;
        }
    }

    private void Resolve(CddlGroup group)
    {
        foreach (CddlEntry entry in group.Choices.SelectMany(choice => choice))
        {
            if (entry.Type is { } type) Resolve(type);
            if (entry.Group is { } inner) Resolve(inner);
        }
    }
}
