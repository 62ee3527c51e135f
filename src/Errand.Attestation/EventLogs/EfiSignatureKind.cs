namespace Errand.Attestation;

/// <summary>Kinds of entries in Secure Boot databases (UEFI 2.10, section 32.4.1).</summary>
public enum EfiSignatureKind
{
    /// <summary>Another kind.</summary>
    Other = 0,

    /// <summary>EFI_CERT_X509_GUID: a certificate in DER.</summary>
    Certificate = 1,

    /// <summary>EFI_CERT_SHA1_GUID: an image's digest.</summary>
    Sha1 = 2,

    /// <summary>EFI_CERT_SHA256_GUID: an image's digest.</summary>
    Sha256 = 3,

    /// <summary>EFI_CERT_SHA384_GUID: an image's digest.</summary>
    Sha384 = 4,

    /// <summary>EFI_CERT_SHA512_GUID: an image's digest.</summary>
    Sha512 = 5,

    /// <summary>EFI_CERT_RSA2048_GUID: a modulus.</summary>
    Rsa2048 = 6,

    /// <summary>EFI_CERT_X509_SHA256_GUID: a certificate's digest and the time of its revocation.</summary>
    CertificateSha256 = 7,
}
