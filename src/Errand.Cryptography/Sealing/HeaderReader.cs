using System.Diagnostics.CodeAnalysis;

namespace Errand.Cryptography;

/// <summary>Reads a header from the beginning of a stream and leaves it at chunk 0.</summary>
internal static class HeaderReader
{
    internal static bool TryRead(Stream ciphertext, [NotNullWhen(true)] out SealedFileHeader? header, out SealingFailure failure)
    {
        header = null;
        Span<byte> prefix = stackalloc byte[SealedFormat.PrefixSize];
        failure = new SealingFailure(SealingError.Truncated);
        if (ciphertext.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length) return false;

        failure = new SealingFailure(SealingError.Header);
        if (!SealedFileHeader.TryReadSize(prefix, out int size)) return false;
        var bytes = new byte[size];
        prefix.CopyTo(bytes);

        failure = new SealingFailure(SealingError.Truncated);
        Span<byte> map = bytes.AsSpan(prefix.Length);
        if (ciphertext.ReadAtLeast(map, map.Length, throwOnEndOfStream: false) < map.Length) return false;

        header = SealedFileHeader.TryParse(bytes);
        failure = new SealingFailure(header is null ? SealingError.Header : SealingError.None);
        return header is not null;
    }
}
