using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a data owner is told, and nobody else, when its shape keeps a result in the enclave.</summary>
/// <remarks>
/// Plaintext of <see cref="PlaintextSize"/> bytes whatever it says: canonical CBOR <c>[1, rule, file, where, file size, files, total size, beginning]</c>,
/// then zeros. Sealed with HPKE to the key in the shape, as a stanza in the header of the sealed result, behind those of the recipients.
/// </remarks>
/// <param name="Rule">Which rule was broken.</param>
/// <param name="File">In which file; empty when none was.</param>
/// <param name="Where">Row and column, or JSON path; may be empty.</param>
/// <param name="FileSizeBytes">Bytes of that file.</param>
/// <param name="Files">How many files the app left.</param>
/// <param name="TotalSizeBytes">Bytes of all of them.</param>
/// <param name="Beginning">The first bytes of the file at fault, at most <see cref="BeginningSizeMax"/>.</param>
public sealed record RefusalNote(ShapeRule Rule, string File, string Where, long FileSizeBytes, int Files, long TotalSizeBytes, ReadOnlyMemory<byte> Beginning)
{
    /// <summary>Bytes of a note before it is sealed.</summary>
    public const int PlaintextSize = 1024;

    /// <summary>How much of a refused file its owner sees.</summary>
    public const int BeginningSizeMax = 256;

    /// <summary>UTF-8 bytes of <see cref="Where"/>.</summary>
    public const int WhereSizeMax = 512;

    private const ulong Version = 1;

    /// <summary>Says that an owner's shape held.</summary>
    public static RefusalNote Held { get; } = new(ShapeRule.None, "", "", 0, 0, 0, default);

    /// <summary>HPKE info of a note: H("errand/refusal-note/v1", network, task, asset), 64 bytes.</summary>
    public static byte[] Context(NetworkId network, TaskId task, AssetId asset) =>
        new TaggedHash(Tags.RefusalNote).Add(network.Value).Add(task.Value).Add(asset.Value).ToBytes64();

    /// <summary>The plaintext, in a pinned array that the caller zeroes.</summary>
    public byte[] EncodePadded()
    {
        byte[] padded = GC.AllocateArray<byte>(PlaintextSize, pinned: true);
        var writer = new CanonicalWriter().Array(8).UInt(Version).UInt((ulong)Rule).Text(File).Text(Where)
            .UInt((ulong)FileSizeBytes).UInt((ulong)Files).UInt((ulong)TotalSizeBytes).BytesHeader(Beginning.Length);
        writer.Span.CopyTo(padded);
        Beginning.Span.CopyTo(padded.AsSpan(writer.Span.Length));
        return padded;
    }

    /// <summary>Reads the plaintext; null for anything else.</summary>
    public static RefusalNote? TryDecode(ReadOnlySpan<byte> padded)
    {
        if (padded.Length != PlaintextSize) return null;
        var reader = new CanonicalReader(padded);
        if (!reader.TryReadArrayHeader(8, out int count) || count != 8 || !reader.TryReadUInt(out ulong version) || version != Version
            || !reader.TryReadUInt(out ulong rule) || rule > (ulong)ShapeRule.Escape
            || !reader.TryReadText(ResultFile.NameSizeMax, out string file) || !(file.Length == 0 || ResultFile.IsName(file))
            || !reader.TryReadText(WhereSizeMax, out string where)
            || !reader.TryReadUInt(out ulong size) || size > long.MaxValue || !reader.TryReadUInt(out ulong files) || files > ResultPackage.FilesMax
            || !reader.TryReadUInt(out ulong total) || total > long.MaxValue
            || !reader.TryReadBytes(BeginningSizeMax, out ReadOnlySpan<byte> beginning)) return null;
        return padded[^reader.Remaining..].ContainsAnyExcept((byte)0)
            ? null
            : new RefusalNote((ShapeRule)rule, file, where, (long)size, (int)files, (long)total, beginning.ToArray());
    }

    /// <summary>Finds the note to an owner in a result's header; null when there is none for this key.</summary>
    public static RefusalNote? TryOpen(SealedFileHeader header, NetworkId network, TaskId task, AssetId asset, HpkePrivateKey owner)
    {
        ArgumentNullException.ThrowIfNull(header);
        byte[] context = Context(network, task, asset);
        foreach (ReadOnlyMemory<byte> stanza in header.Recipients)
            if (Hpke.TryOpen(owner, context, [], stanza.Span, out byte[]? plaintext)) return TryDecode(plaintext);
        return null;
    }
}
