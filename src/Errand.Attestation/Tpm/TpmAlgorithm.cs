namespace Errand.Attestation;

/// <summary>TPM_ALG_ID values that attestation meets (TPM 2.0 Part 2, section 6.3).</summary>
public enum TpmAlgorithm : ushort
{
    /// <summary>RSA.</summary>
    Rsa = 0x0001,

    /// <summary>SHA-1.</summary>
    Sha1 = 0x0004,

    /// <summary>AES.</summary>
    Aes = 0x0006,

    /// <summary>SHA-256.</summary>
    Sha256 = 0x000B,

    /// <summary>SHA-384.</summary>
    Sha384 = 0x000C,

    /// <summary>SHA-512.</summary>
    Sha512 = 0x000D,

    /// <summary>None.</summary>
    Null = 0x0010,

    /// <summary>SM3-256: read in event logs, not computed.</summary>
    Sm3 = 0x0012,

    /// <summary>RSASSA-PKCS1-v1_5.</summary>
    RsaSsa = 0x0014,

    /// <summary>RSASSA-PSS.</summary>
    RsaPss = 0x0016,

    /// <summary>ECDSA.</summary>
    EcDsa = 0x0018,

    /// <summary>Elliptic curve key.</summary>
    Ecc = 0x0023,

    /// <summary>CFB mode.</summary>
    Cfb = 0x0043,
}
