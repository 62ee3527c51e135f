using Errand.Attestation;
using Errand.Primitives;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>An object of a TPM in a file: canonical CBOR {0: version 1, 1: Name of the endorsement key, 2: TPMT_PUBLIC, 3: private part, 4: PCR mask of a sealed secret, else 0}.</summary>
/// <param name="EkName">Whose TPM it is.</param>
/// <param name="Blob">The object.</param>
/// <param name="Pcrs">What a sealed secret is bound to.</param>
internal sealed record TpmBlobFile(byte[] EkName, TpmObjectBlob Blob, PcrSet Pcrs)
{
    private const ulong Version = 1;
    private const int NameSize = 34, PublicSizeMax = 1024, PrivateSizeMax = 2048;

    public byte[] Encode() => new CanonicalWriter().Map(5).Key(0).UInt(Version).Key(1).Bytes(EkName).Key(2).Bytes(Blob.Public.Span).Key(3).Bytes(Blob.Private.Span).Key(4).UInt(Pcrs.Mask).ToArray();

    /// <summary>Null for anything else than <see cref="Encode"/> gives.</summary>
    public static TpmBlobFile? TryDecode(ReadOnlySpan<byte> encoded)
    {
        if (!CanonicalCbor.IsCanonical(encoded)) return null;
        var fields = new FieldReader(encoded);
        ulong version = fields.UInt(0);
        byte[] name = fields.Bytes(1, NameSize, NameSize).ToArray();
        byte[] area = fields.Bytes(2, 1, PublicSizeMax).ToArray();
        byte[] priv = fields.Bytes(3, 1, PrivateSizeMax).ToArray();
        var pcrs = new PcrSet((uint)fields.UInt(4, (1u << PcrSet.Count) - 1));
        return fields.Close() == FieldError.None && version == Version ? new TpmBlobFile(name, new TpmObjectBlob(area, priv), pcrs) : null;
    }
}
