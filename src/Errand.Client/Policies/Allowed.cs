using System.Collections.Immutable;

namespace Errand.Client;

#pragma warning disable CA1000 // The type argument stands at each use anyway: Allowed<AssetId>.Any reads as it is meant.

/// <summary>What a policy allows in one respect: everything, typed out as "any", or exactly the items listed.</summary>
/// <typeparam name="T">An id or a digest.</typeparam>
public sealed record Allowed<T>
    where T : IEquatable<T>, IComparable<T>
{
    private Allowed(bool any, ImmutableArray<T> items)
    {
        IsAny = any;
        Items = items;
    }

    /// <summary>Everything.</summary>
    public static Allowed<T> Any { get; } = new(any: true, []);

    /// <summary>Nothing.</summary>
    public static Allowed<T> None { get; } = new(any: false, []);

    /// <summary>True for everything.</summary>
    public bool IsAny { get; }

    /// <summary>What is listed, rising and without repeats; empty for everything.</summary>
    public ImmutableArray<T> Items { get; }

    /// <summary>Exactly these.</summary>
    public static Allowed<T> Only(IEnumerable<T> items) => new(any: false, [.. items.Distinct().Order()]);

    /// <summary>True when an item is allowed.</summary>
    public bool Allows(T item) => IsAny || Items.BinarySearch(item) >= 0;

    /// <inheritdoc/>
    public bool Equals(Allowed<T>? other) => other is not null && IsAny == other.IsAny && Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Length;
}
