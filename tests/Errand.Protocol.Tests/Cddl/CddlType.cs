namespace Errand.Protocol.Tests;

/// <summary>A type of CDDL (RFC 8610), of the subset that the specification uses.</summary>
internal abstract record CddlType
{
    private CddlType()
    {
    }

    public sealed record Name(string Value) : CddlType;

    public sealed record Number(long Value) : CddlType;

    public sealed record Literal(string Value) : CddlType;

    public sealed record Range(long Min, long Max) : CddlType;

    public sealed record Choice(IReadOnlyList<CddlType> Types) : CddlType;

    public sealed record Control(CddlType Target, string Operator, CddlType Argument) : CddlType;

    public sealed record Tagged(ulong Tag, CddlType Item) : CddlType;

    public sealed record Map(CddlGroup Group) : CddlType;

    public sealed record List(CddlGroup Group) : CddlType;
}

/// <summary>A group: one of several sequences of entries.</summary>
internal sealed record CddlGroup(IReadOnlyList<IReadOnlyList<CddlEntry>> Choices);

/// <summary>An entry of a group: a type with its key, or a group within the group.</summary>
/// <param name="Min">How often at least.</param>
/// <param name="Max">How often at most.</param>
/// <param name="Key">Key in a map; null without one, or for a name that only explains.</param>
/// <param name="Type">Its type; null for a group.</param>
/// <param name="Group">The group; null for a type.</param>
internal sealed record CddlEntry(int Min, int Max, long? Key, CddlType? Type, CddlGroup? Group);
