using System.Buffers.Binary;
using System.Text;

namespace Errand.Attestation;

/// <summary>Finds the file in the device path of a started image: UEFI_IMAGE_LOAD_EVENT (PC Client Platform Firmware Profile, section 10.2.3).</summary>
internal static class EfiDevicePath
{
    private const int HeaderSize = 32;
    private const int NodeHeaderSize = 4;
    private const byte MediaType = 4;
    private const byte FilePathSubtype = 4;
    private const byte EndType = 0x7F;

    /// <summary>The path of the file nodes (UEFI 2.10, section 10.3.5.4) put together; null when there is none or the event is malformed.</summary>
    internal static string? FindFile(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) != (ulong)(bytes.Length - HeaderSize)) return null;
        var path = new StringBuilder();
        ReadOnlySpan<byte> rest = bytes[HeaderSize..];
        while (rest.Length >= NodeHeaderSize && rest[0] != EndType)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (size < NodeHeaderSize || size > rest.Length) return null;
            if (rest is [MediaType, FilePathSubtype, ..]) path.Append(Encoding.Unicode.GetString(rest[NodeHeaderSize..size]).TrimEnd('\0'));
            rest = rest[size..];
        }
        return path.Length > 0 ? path.ToString() : null;
    }
}
