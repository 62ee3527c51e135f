using System.Buffers.Binary;
using System.Text;

namespace Errand.Attestation;

/// <summary>
/// A measured UEFI variable: UEFI_VARIABLE_DATA (PC Client Platform Firmware Profile, section 10.2.6): name space (16 bytes), sizes of name and
/// data (8 each), name in UTF-16, data.
/// </summary>
/// <param name="Namespace">Whose variable it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Data">Its value.</param>
public sealed record EfiVariable(Guid Namespace, string Name, ReadOnlyMemory<byte> Data)
{
    private const int HeaderSize = 32;

    /// <summary>EFI_GLOBAL_VARIABLE: SecureBoot, PK, KEK.</summary>
    public static Guid Global { get; } = new("8be4df61-93ca-11d2-aa0d-00e098032b8c");

    /// <summary>EFI_IMAGE_SECURITY_DATABASE_GUID: db, dbx.</summary>
    public static Guid SecurityDatabase { get; } = new("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

    /// <summary>Reads the data of an event; null when it is not exactly one variable.</summary>
    public static EfiVariable? TryParse(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        if (bytes.Length < HeaderSize) return null;
        ulong nameLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        ulong dataLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        ulong rest = (ulong)(bytes.Length - HeaderSize);
        if (nameLength > rest / 2 || dataLength != rest - nameLength * 2) return null;
        int end = HeaderSize + (int)nameLength * 2;
        return new EfiVariable(new Guid(bytes[..16]), Encoding.Unicode.GetString(bytes[HeaderSize..end]), data[end..]);
    }
}
