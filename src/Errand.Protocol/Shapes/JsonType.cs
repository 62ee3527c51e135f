using System.Collections.Immutable;

namespace Errand.Protocol;

/// <summary>The type of a value: a strict subset of what JSON Schema can say. A closed hierarchy.</summary>
public abstract record JsonType
{
    private JsonType()
    {
    }

    /// <summary>An object with these properties and no others, in this order.</summary>
    public sealed record Map(ImmutableArray<Member> Properties) : JsonType;

    /// <summary>A list of values of one type.</summary>
    /// <param name="ItemsMax">0 … <see cref="ShapeLimits.RowsMax"/>.</param>
    /// <param name="Items">Their type.</param>
    public sealed record List(int ItemsMax, JsonType Items) : JsonType;

    /// <summary>A text of at most so many Unicode code points, without escapes.</summary>
    public sealed record Text(int LengthMax) : JsonType;

    /// <summary>One of some texts: distinct, in ordinal order, without quotes, backslashes and control characters.</summary>
    public sealed record Choice(ImmutableArray<string> Values) : JsonType;

    /// <summary>A whole number within bounds.</summary>
    public sealed record Whole(long Minimum, long Maximum) : JsonType;

    /// <summary>A number within bounds, of at most <see cref="ShapeLimits.DigitsMax"/> digits, without exponent.</summary>
    public sealed record Number(long Minimum, long Maximum) : JsonType;

    /// <summary>true or false.</summary>
    public sealed record Truth : JsonType;

    /// <summary>A property of an object.</summary>
    /// <param name="Name">Without quotes, backslashes and control characters.</param>
    /// <param name="Required">Whether it must be there.</param>
    /// <param name="Type">Its type.</param>
    public sealed record Member(string Name, bool Required, JsonType Type);
}
