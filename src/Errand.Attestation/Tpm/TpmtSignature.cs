namespace Errand.Attestation;

/// <summary>TPMT_SIGNATURE of RSASSA, RSAPSS or ECDSA (TPM 2.0 Part 2, section 11.3.4).</summary>
public sealed class TpmtSignature
{
    private const int RsaSizeMax = 512;
    private const int EccSizeMax = 66;

    private TpmtSignature(TpmAlgorithm scheme, TpmAlgorithm hash, byte[] first, byte[] second)
    {
        Scheme = scheme;
        Hash = hash;
        First = first;
        Second = second;
    }

    /// <summary>RSASSA, RSAPSS or ECDSA.</summary>
    public TpmAlgorithm Scheme { get; }

    /// <summary>The hash that was signed.</summary>
    public TpmAlgorithm Hash { get; }

    /// <summary>The RSA signature, or r.</summary>
    public ReadOnlyMemory<byte> First { get; }

    /// <summary>Empty, or s.</summary>
    public ReadOnlyMemory<byte> Second { get; }

    /// <summary>Reads a signature; null for another scheme or hash, or bytes left over.</summary>
    public static TpmtSignature? TryParse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        TpmAlgorithm scheme = reader.Algorithm();
        TpmAlgorithm hash = reader.Algorithm();
        if (hash.ToHashName() is null) return null;
        byte[] first;
        byte[] second = [];
        switch (scheme)
        {
            case TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss:
                first = reader.Sized(RsaSizeMax).ToArray();
                break;
            case TpmAlgorithm.EcDsa:
                first = reader.Sized(EccSizeMax).ToArray();
                second = reader.Sized(EccSizeMax).ToArray();
                break;
            default:
                return null;
        }
        return reader.AtEnd ? new TpmtSignature(scheme, hash, first, second) : null;
    }

    /// <summary>Writes an ECDSA signature from r ‖ s.</summary>
    public static byte[] EncodeEcdsa(TpmAlgorithm hash, ReadOnlySpan<byte> p1363) =>
        new TpmWriter().Algorithm(TpmAlgorithm.EcDsa).Algorithm(hash).Sized(p1363[..(p1363.Length / 2)]).Sized(p1363[(p1363.Length / 2)..]).ToArray();
}
