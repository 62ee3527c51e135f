using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Collateral as it travels beside a quote: canonical CBOR {0: TCB info, 1: [its chain], 2: identity of the quoting enclave, 3: [its chain],
/// 4: revocation list of the PCK CA, 5: revocation list of the root}, each a byte string as the service gave it, certificates and lists in DER.
/// An empty string is what was not fetched.
/// </summary>
public static class IntelCollateralCbor
{
    /// <summary>The longest collateral, encoded. What Intel publishes has about a quarter of that.</summary>
    public const int SizeMax = 40 * 1024;

    /// <summary>The encoded bytes.</summary>
    public static byte[] Encode(IntelCollateral collateral)
    {
        ArgumentNullException.ThrowIfNull(collateral);
        CanonicalWriter writer = new CanonicalWriter().Map(6).Key(0).Bytes(collateral.TcbInfo.Span).Key(1);
        Write(writer, collateral.TcbInfoChain);
        writer.Key(2).Bytes(collateral.QeIdentity.Span).Key(3);
        Write(writer, collateral.QeIdentityChain);
        return writer.Key(4).Bytes(collateral.PckCrl.Span).Key(5).Bytes(collateral.RootCaCrl.Span).ToArray();
    }

    /// <summary>Reads collateral; false for another form or more than <see cref="SizeMax"/> bytes. What is in the parts is not looked at.</summary>
    public static bool TryParse(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out IntelCollateral? collateral)
    {
        collateral = null;
        if (encoded.Length > SizeMax || !CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        var read = new IntelCollateral
        {
            TcbInfo = fields.Bytes(0, 0, SizeMax).ToArray(),
            TcbInfoChain = ReadChain(ref fields, 1),
            QeIdentity = fields.Bytes(2, 0, SizeMax).ToArray(),
            QeIdentityChain = ReadChain(ref fields, 3),
            PckCrl = fields.Bytes(4, 0, SizeMax).ToArray(),
            RootCaCrl = fields.Bytes(5, 0, SizeMax).ToArray(),
        };
        if (fields.Close() != FieldError.None) return false;
        collateral = read;
        return true;
    }

    private static void Write(CanonicalWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        writer.Array(chain.Count);
        foreach (ReadOnlyMemory<byte> certificate in chain) writer.Bytes(certificate.Span);
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> ReadChain(ref FieldReader fields, int key) =>
        [.. fields.Array<byte[]>(key, CertificateChain.LengthMax, Items.ByteArray).Select(certificate => new ReadOnlyMemory<byte>(certificate))];
}
