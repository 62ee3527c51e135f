using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>Which public arguments a policy allows: anything, or exactly one of some lists.</summary>
public sealed record ArgumentRule
{
    private ArgumentRule(bool any, ImmutableArray<ImmutableArray<string>> lists)
    {
        IsAny = any;
        Lists = lists;
    }

    /// <summary>Any arguments.</summary>
    public static ArgumentRule Any { get; } = new(any: true, []);

    /// <summary>True for any arguments.</summary>
    public bool IsAny { get; }

    /// <summary>The lists allowed, as written; an empty list allows a task without arguments.</summary>
    public ImmutableArray<ImmutableArray<string>> Lists { get; }

    /// <summary>Exactly one of these lists.</summary>
    public static ArgumentRule Only(IEnumerable<ImmutableArray<string>> lists) => new(any: false, [.. lists]);

    /// <summary>True when the arguments are, one by one and ordinally, those of a list.</summary>
    public bool Allows(ImmutableArray<string> arguments) =>
        IsAny || Lists.Any(list => list.AsSpan().SequenceEqual(arguments.AsSpan(), StringComparer.Ordinal));

    internal void WriteTo(CanonicalWriter writer)
    {
        if (IsAny)
        {
            writer.Bool(true);
            return;
        }
        writer.Array(Lists.Length);
        foreach (ImmutableArray<string> list in Lists)
        {
            writer.Array(list.Length);
            foreach (string argument in list) writer.Text(argument);
        }
    }
}
