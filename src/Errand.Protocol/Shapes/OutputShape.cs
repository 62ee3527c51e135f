using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a data owner lets leave an enclave: these files, of these shapes, and nothing else. One canonical form; compared by its bytes.</summary>
/// <remarks>
/// <code>
/// shape  = [1, note key or empty, [1*8 file]]                      files in ordinal order of name
/// file   = [name, 1, rows, count column, count minimum, [column…]] / [name, 2, type]
/// column = [name, 1, digits] / [name, 2, digits, places] / [name, 3, [value…]] / [name, 4, length, alphabet]
/// type   = [1, [[name, required, type]…]] / [2, items, type] / [3, length] / [4, [value…]] / [5, min, max] / [6, min, max] / [7]
/// </code>
/// A bound min or max is written as 2n when it is not negative and as −2n − 1 when it is.
/// </remarks>
public sealed class OutputShape : IEquatable<OutputShape>
{
    private OutputShape(ImmutableArray<FileShape> files, ReadOnlyMemory<byte> noteKey, byte[] encoded)
    {
        Files = files;
        NoteKey = noteKey;
        Encoded = encoded;
    }

    /// <summary>The files that may leave; each must be there if the app ended well.</summary>
    public ImmutableArray<FileShape> Files { get; }

    /// <summary>The encoded HPKE key to which a refusal's note is sealed; empty when the owner wants none.</summary>
    public ReadOnlyMemory<byte> NoteKey { get; }

    /// <summary>The canonical form.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Makes a shape; null when it breaks a bound or a rule of its parts.</summary>
    /// <param name="files">In any order.</param>
    /// <param name="noteKey">An encoded HPKE key, or empty.</param>
    public static OutputShape? TryCreate(IEnumerable<FileShape> files, ReadOnlyMemory<byte> noteKey) =>
        TryDecode(ShapeWriter.Write([.. files.OrderBy(file => file.Name, StringComparer.Ordinal)], noteKey.Span));

    /// <summary>Reads the canonical form; null for anything else.</summary>
    public static OutputShape? TryDecode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > ShapeLimits.SizeMax) return null;
        var reader = new ShapeReader(encoded);
        ImmutableArray<FileShape> files = reader.Read(out byte[] noteKey);
        return reader.Failed ? null : new OutputShape(files, noteKey, encoded.ToArray());
    }

    /// <inheritdoc/>
    public bool Equals(OutputShape? other) => other is not null && Encoded.Span.SequenceEqual(other.Encoded.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OutputShape);

    /// <inheritdoc/>
    public override int GetHashCode() => Encoded.Length;
}
