using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>One data asset of a task and the name under which the app finds it: <c>/data/NAME</c>.</summary>
/// <param name="Asset">The asset.</param>
/// <param name="Name">1 to 64 of the characters a-z, 0-9, '.', '-' and '_', not beginning with a dot.</param>
public sealed record TaskData(AssetId Asset, string Name)
{
    private const int NameSizeMax = 64;

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= NameSizeMax && name[0] != '.' && name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789.-_") < 0;

    internal void WriteTo(CanonicalWriter writer) => writer.Array(2).Bytes(Asset.Value).Text(Name);

    internal static bool TryRead(ReadOnlySpan<byte> item, out TaskData value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2
            || !reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> asset) || !Bytes32.TryRead(asset, out Bytes32 id)
            || !reader.TryReadText(NameSizeMax, out string name) || !IsName(name)) return false;
        value = new TaskData(new AssetId(id), name);
        return true;
    }
}
