using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// An Intel ECDSA quote: version 3 (SGX), 4 and 5 (SGX, TDX) (Intel SGX ECDSA QuoteLibReference, appendix A.4; Intel TDX DCAP Quoting
/// Library API, appendix A.3). Integers are little-endian.
/// </summary>
/// <remarks>
/// <code>
/// 00 version    02 attestation key type    04 TEE type    08 QE SVN, PCE SVN (version 3, then reserved)    0C QE vendor    1C user data (20)
/// 30 body: an SGX report (384) or a TD report (584); in version 5 after its type (2) and size (4)
///    size of the signature data (4), signature data
/// </code>
/// Buffers are often longer than the quote in them: the size of the signature data says where it ends, and what follows is ignored.
/// </remarks>
public sealed class IntelQuote
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 48;

    /// <summary>The longest quote read, without what follows it.</summary>
    public const int SizeMax = 32 * 1024;

    /// <summary>ECDSA-256 with P-256: the one type of attestation key in use.</summary>
    public const int EcdsaP256 = 2;

    private const int VersionMin = 3;
    private const int VersionMax = 5;
    private const int DescriptorSize = 6;

    private IntelQuote(ReadOnlyMemory<byte> encoded, QuoteBodyType bodyType, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> signed, QuoteSignature signature)
    {
        Encoded = encoded;
        BodyType = bodyType;
        Body = body;
        Signed = signed;
        Signature = signature;
    }

    /// <summary>Intel's QE vendor id, 16 bytes: the only one taken.</summary>
    public static ReadOnlySpan<byte> IntelVendorId => [0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06, 0x07];

    /// <summary>The bytes as received, without what follows the quote.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>3, 4 or 5.</summary>
    public int Version => Encoded.Span[0];

    /// <summary>The TEE.</summary>
    public IntelTeeType TeeType => (IntelTeeType)Encoded.Span[4];

    /// <summary>QE vendor id, 16 bytes.</summary>
    public ReadOnlyMemory<byte> QeVendorId => Encoded.Slice(0x0C, 16);

    /// <summary>User data of the header, 20 bytes; Intel's enclave puts a platform identifier of its own into the first 16.</summary>
    public ReadOnlyMemory<byte> UserData => Encoded.Slice(0x1C, 20);

    /// <summary>What the body is.</summary>
    public QuoteBodyType BodyType { get; }

    /// <summary>The report: 384, 584 or 648 bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The bytes that the attestation key signs: everything before the size of the signature data.</summary>
    public ReadOnlyMemory<byte> Signed { get; }

    /// <summary>The signature data.</summary>
    public QuoteSignature Signature { get; }

    /// <summary>Bytes of the signature data.</summary>
    public int SignatureSize => Encoded.Length - Signed.Length - sizeof(uint);

    /// <summary>
    /// Reads a quote at the start of <paramref name="bytes"/>; null for another version, key type, vendor or body, for one that is cut
    /// short, and when the parts of the signature data do not fill it.
    /// </summary>
    public static IntelQuote? TryParse(ReadOnlySpan<byte> bytes)
    {
        // The size of the signature data is found before anything is copied: what follows the quote may be long.
        if (TrySplit(bytes) is not { } layout) return null;
        ReadOnlyMemory<byte> own = bytes[..layout.Size].ToArray();
        int version = own.Span[0];
        QuoteSignature? signature = QuoteSignature.TryParse(own[(layout.SignedSize + sizeof(uint))..], nested: version > VersionMin);
        return signature is null ? null : new IntelQuote(own, layout.Type, own[layout.BodyOffset..layout.SignedSize], own[..layout.SignedSize], signature);
    }

    private static (QuoteBodyType Type, int BodyOffset, int SignedSize, int Size)? TrySplit(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize + DescriptorSize) return null;
        int version = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        uint tee = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (version is < VersionMin or > VersionMax || BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) != EcdsaP256 || !bytes.Slice(0x0C, 16).SequenceEqual(IntelVendorId)) return null;

        bool described = version == VersionMax;
        int offset = described ? HeaderSize + DescriptorSize : HeaderSize;
        QuoteBodyType? type = (IntelTeeType)tee switch
        {
            IntelTeeType.Sgx => QuoteBodyType.SgxReport,
            IntelTeeType.Tdx when described && bytes[HeaderSize] == (byte)QuoteBodyType.TdReport15 => QuoteBodyType.TdReport15,
            IntelTeeType.Tdx when version > VersionMin => QuoteBodyType.TdReport10,
            _ => null,
        };
        if (type is not { } bodyType) return null;
        int bodySize = bodyType == QuoteBodyType.SgxReport ? SgxReport.Size : bodyType == QuoteBodyType.TdReport15 ? TdReport.Size15 : TdReport.Size10;
        if (described && (BinaryPrimitives.ReadUInt16LittleEndian(bytes[HeaderSize..]) != (ushort)bodyType || BinaryPrimitives.ReadUInt32LittleEndian(bytes[(HeaderSize + 2)..]) != bodySize)) return null;

        int signedSize = offset + bodySize;
        if (bytes.Length < signedSize + sizeof(uint)) return null;
        uint signatureSize = BinaryPrimitives.ReadUInt32LittleEndian(bytes[signedSize..]);
        int size = signedSize + sizeof(uint);
        return signatureSize > Math.Min(bytes.Length, SizeMax) - size ? null : (bodyType, offset, signedSize, size + (int)signatureSize);
    }
}
