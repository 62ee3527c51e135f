using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>One entry of a Secure Boot database: EFI_SIGNATURE_DATA in an EFI_SIGNATURE_LIST (UEFI 2.10, section 32.4.1).</summary>
/// <param name="Kind">What the data is.</param>
/// <param name="Owner">Whoever put it there says so.</param>
/// <param name="Data">A certificate in DER, a digest, or what its kind says.</param>
public sealed record EfiSignature(EfiSignatureKind Kind, Guid Owner, ReadOnlyMemory<byte> Data)
{
    private const int ListHeaderSize = 28;
    private const int OwnerSize = 16;
    private const int CountMax = 16_384;

    private static readonly Dictionary<Guid, EfiSignatureKind> Kinds = new()
    {
        [new Guid("a5c059a1-94e4-4aa7-87b5-ab155c2bf072")] = EfiSignatureKind.Certificate,
        [new Guid("c1c41626-504c-4092-aca9-41f936934328")] = EfiSignatureKind.Sha256,
        [new Guid("ff3e5307-9fd0-48c9-85f1-8ad56c701e01")] = EfiSignatureKind.Sha384,
        [new Guid("093e0fae-a6c4-4f50-9f1b-d41e2b89c19a")] = EfiSignatureKind.Sha512,
        [new Guid("826ca512-cf10-4ac9-b187-be01496631bd")] = EfiSignatureKind.Sha1,
        [new Guid("3c5766e8-269c-4e34-aa14-ed776e85b3b6")] = EfiSignatureKind.Rsa2048,
        [new Guid("3bd2a492-96c0-4079-b420-fcf98ef103ed")] = EfiSignatureKind.CertificateSha256,
    };

    /// <summary>Reads signature lists, one behind the other; null when they are malformed, or of more than 16,384 entries.</summary>
    public static IReadOnlyList<EfiSignature>? TryParseLists(ReadOnlyMemory<byte> lists)
    {
        var signatures = new List<EfiSignature>();
        while (!lists.IsEmpty)
        {
            if (lists.Length < ListHeaderSize) return null;
            ReadOnlySpan<byte> header = lists.Span;
            uint listSize = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
            uint headerSize = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
            uint signatureSize = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
            if (listSize < ListHeaderSize || listSize > (uint)lists.Length || headerSize > listSize - ListHeaderSize || signatureSize <= OwnerSize) return null;
            ReadOnlyMemory<byte> rest = lists[(int)(ListHeaderSize + headerSize)..(int)listSize];
            if (rest.Length % signatureSize != 0 || signatures.Count + rest.Length / signatureSize > CountMax) return null;
            EfiSignatureKind kind = Kinds.GetValueOrDefault(new Guid(header[..16]), EfiSignatureKind.Other);
            for (; !rest.IsEmpty; rest = rest[(int)signatureSize..]) signatures.Add(new EfiSignature(kind, new Guid(rest.Span[..OwnerSize]), rest[OwnerSize..(int)signatureSize]));
            lists = lists[(int)listSize..];
        }
        return signatures;
    }

    /// <summary>Reads one EFI_SIGNATURE_DATA, as an authority's event holds it; its kind is then to be guessed. Null when it is too short.</summary>
    public static EfiSignature? TryParseData(ReadOnlyMemory<byte> data) => data.Length <= OwnerSize
        ? null
        : new EfiSignature(data.Span[OwnerSize] == 0x30 ? EfiSignatureKind.Certificate : EfiSignatureKind.Other, new Guid(data.Span[..OwnerSize]), data[OwnerSize..]);
}
