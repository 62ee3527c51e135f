namespace Errand.Attestation;

/// <summary>Object identifiers of certificates, keys and signatures (RFC 5280, 3279, 4055, 5480; TCG EK Credential Profile).</summary>
internal static class Oids
{
    internal const string RsaEncryption = "1.2.840.113549.1.1.1";
    internal const string RsaOaep = "1.2.840.113549.1.1.7";
    internal const string Mgf1 = "1.2.840.113549.1.1.8";
    internal const string RsaPss = "1.2.840.113549.1.1.10";
    internal const string RsaSha256 = "1.2.840.113549.1.1.11";
    internal const string RsaSha384 = "1.2.840.113549.1.1.12";
    internal const string RsaSha512 = "1.2.840.113549.1.1.13";
    internal const string EcPublicKey = "1.2.840.10045.2.1";
    internal const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    internal const string EcdsaSha384 = "1.2.840.10045.4.3.3";
    internal const string EcdsaSha512 = "1.2.840.10045.4.3.4";
    internal const string P256 = "1.2.840.10045.3.1.7";
    internal const string P384 = "1.3.132.0.34";
    internal const string P521 = "1.3.132.0.35";
    internal const string Sha256 = "2.16.840.1.101.3.4.2.1";
    internal const string Sha384 = "2.16.840.1.101.3.4.2.2";
    internal const string Sha512 = "2.16.840.1.101.3.4.2.3";
    internal const string CommonName = "2.5.4.3";
    internal const string Organization = "2.5.4.10";
    internal const string KeyUsage = "2.5.29.15";
    internal const string SubjectAltName = "2.5.29.17";
    internal const string BasicConstraints = "2.5.29.19";
    internal const string CertificatePolicies = "2.5.29.32";
    internal const string ExtendedKeyUsage = "2.5.29.37";
    internal const string CrlNumber = "2.5.29.20";
    internal const string CrlReason = "2.5.29.21";
    internal const string TpmManufacturer = "2.23.133.2.1";
    internal const string TpmModel = "2.23.133.2.2";
    internal const string TpmVersion = "2.23.133.2.3";
    internal const string TcgEkCertificate = "2.23.133.8.1";
    internal const string TcgAkCertificate = "2.23.133.8.3";
    internal const string AmdProductName = "1.3.6.1.4.1.3704.1.2";
    internal const string AmdBootLoaderSpl = "1.3.6.1.4.1.3704.1.3.1";
    internal const string AmdTeeSpl = "1.3.6.1.4.1.3704.1.3.2";
    internal const string AmdSnpSpl = "1.3.6.1.4.1.3704.1.3.3";
    internal const string AmdMicrocodeSpl = "1.3.6.1.4.1.3704.1.3.8";
    internal const string AmdFmcSpl = "1.3.6.1.4.1.3704.1.3.9";
    internal const string AmdHardwareId = "1.3.6.1.4.1.3704.1.4";
    internal const string AmdCspId = "1.3.6.1.4.1.3704.1.5";
    internal const string IntelSgxExtensions = "1.2.840.113741.1.13.1";
}
