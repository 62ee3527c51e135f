using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The shape that the owner of a task's data demands of what leaves, as the requester repeats it in the signed task.</summary>
/// <param name="Asset">The data.</param>
/// <param name="Shape">Its owner's shape.</param>
public sealed record TaskShape(AssetId Asset, OutputShape Shape)
{
    internal void WriteTo(CanonicalWriter writer) => writer.Array(2).Bytes(Asset.Value).Bytes(Shape.Encoded.Span);

    internal static bool TryRead(ReadOnlySpan<byte> item, out TaskShape value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2
            || !reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> asset) || !Bytes32.TryRead(asset, out Bytes32 id)
            || !reader.TryReadBytes(ShapeLimits.SizeMax, out ReadOnlySpan<byte> encoded) || OutputShape.TryDecode(encoded) is not { } shape) return false;
        value = new TaskShape(new AssetId(id), shape);
        return true;
    }
}
