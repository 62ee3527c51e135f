using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>How often an owner lets its asset be used; each at most 2^32 − 1, which is as good as no limit.</summary>
/// <param name="Accepts">Accepts in total.</param>
/// <param name="AcceptsPerApp">Accepts of tasks with any one app.</param>
/// <param name="AcceptsPerAppAndEpoch">The same within one epoch: a rate.</param>
/// <param name="Releases">Releases of the key in total; a task can take one in each attempt.</param>
/// <param name="ReleasesPerApp">Releases in tasks with any one app.</param>
public sealed record AssetBudget(long Accepts, long AcceptsPerApp, long AcceptsPerAppAndEpoch, long Releases, long ReleasesPerApp)
{
    /// <summary>The highest value of each.</summary>
    public const long Max = uint.MaxValue;

    /// <summary>A budget that bounds accepts in total and nothing else.</summary>
    public static AssetBudget OfAccepts(long accepts) => new(accepts, accepts, accepts, Max, Max);

    internal void WriteTo(CanonicalWriter writer) => writer.Array(5)
        .UInt((ulong)Accepts).UInt((ulong)AcceptsPerApp).UInt((ulong)AcceptsPerAppAndEpoch).UInt((ulong)Releases).UInt((ulong)ReleasesPerApp);

    internal static AssetBudget Read(ref FieldReader fields, int key)
    {
        ulong[] values = fields.Array<ulong>(key, 5, Items.UInt);
        if (values.Length == 5 && Array.TrueForAll(values, value => value <= Max)) return new AssetBudget((long)values[0], (long)values[1], (long)values[2], (long)values[3], (long)values[4]);
        fields.Fail(FieldError.Malformed);
        return OfAccepts(0);
    }
}
