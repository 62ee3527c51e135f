using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>The channel between host and enclave: any two byte streams, such as pipes or a virtio-serial port.</summary>
/// <remarks>
/// The enclave speaks first, with 16 bytes that name the protocol and its version; the host discards what comes before them and says nothing
/// earlier. (Firmware can take a virtio-serial port before the enclave does, and would swallow what was sent.) Then frames go both
/// ways: a length of 4 bytes, big-endian, and so many bytes of canonical CBOR, a map whose key 0 is the <see cref="MessageKind"/>.
/// </remarks>
public static class FrameFormat
{
    /// <summary>Bytes of a frame's length.</summary>
    public const int LengthSize = 4;

    /// <summary>Bytes of ciphertext in one message.</summary>
    public const int ChunkSizeMax = 256 * 1024;

    /// <summary>The longest frame: a chunk, or a Submit entry, with its map around it.</summary>
    public const int SizeMax = ChunkSizeMax + 4096;

    /// <summary>The longest report an enclave takes.</summary>
    public const int ReportSizeMax = 64 * 1024;

    /// <summary>How much a host reads before it gives up finding the hello.</summary>
    public const int NoiseSizeMax = 64 * 1024;

    /// <summary>What the enclave says first: "errand-enclave/1".</summary>
    public static ReadOnlySpan<byte> Hello => "errand-enclave/1"u8;

    /// <summary>True when a length is that of a frame: checked before anything is allocated.</summary>
    internal static bool IsLength(uint length) => length is > 0 and <= SizeMax;

    /// <summary>Reads the kind of a message; false unless the frame is a canonical map with a kind.</summary>
    internal static bool TryReadKind(ReadOnlySpan<byte> frame, out MessageKind kind)
    {
        kind = MessageKind.None;
        if (!CanonicalCbor.IsCanonical(frame)) return false;
        var fields = new FieldReader(frame);
        kind = (MessageKind)fields.Int(0, (int)MessageKind.Max);
        return fields.Error == FieldError.None && kind != MessageKind.None;
    }
}
