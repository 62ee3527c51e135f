using System.Formats.Asn1;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of EK certificates: chain, profile, and the public area where the case has it.</summary>
internal static class EkVectors
{
    internal static (AttestationResult, JsonObject) Run(VectorCase vector, byte[] certificate)
    {
        TpmtPublic? area = null;
        if ((vector.Find("tpm2b-public") ?? vector.Find("tpmt-public")) is { } file)
        {
            area = TpmtPublic.TryParseSized(file) ?? TpmtPublic.TryParse(file) ?? throw new InvalidDataException("The EK public area is unreadable.");
        }
        DateTimeOffset now = vector.VerifyAt ?? throw new InvalidDataException("The case has no time.");
        EkCertificateVerification verification = EkCertificateVerifier.Verify(ReadChain(vector, certificate), area, CaseRoots.Read(vector, TpmVectors.Classes), TpmVectors.Classes, now);
        return (verification.Result, verification.Certificate is { } read ? Describe(CaseCertificates.Read(certificate), read) : []);
    }

    /// <summary>Leaf, intermediates, root.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> ReadChain(VectorCase vector, byte[] leaf) =>
        CaseCertificates.Chain(leaf, vector.All("intermediate-certificate").Concat(vector.All("root-certificate")).Select(file => file.Bytes));

    private static JsonObject Describe(Certificate certificate, EkCertificate ek)
    {
        PublicKeyInfo key = certificate.PublicKey;
        CertificateExtension names = certificate.Extension("2.5.29.17")!;
        return new JsonObject
        {
            ["subject"] = certificate.Subject,
            ["issuer"] = certificate.Issuer,
            ["serial"] = "0x" + Convert.ToHexStringLower(certificate.SerialNumber.Span).TrimStart('0').PadLeft(1, '0'),
            ["notBefore"] = $"{certificate.NotBefore:u}",
            ["notAfter"] = $"{certificate.NotAfter:u}",
            ["publicKey"] = new JsonObject
            {
                ["type"] = key.Rsa is not null ? "RSA" : "EC",
                ["bits"] = key.KeySizeBits,
                ["spki"] = key.Rsa is not null ? null : Convert.ToHexStringLower(key.Encoded.Span),
            },
            ["signatureAlgorithm"] = certificate.SignatureAlgorithmName,
            ["subjectAltName"] = new JsonObject { ["tpmManufacturer"] = ek.Vendor.ToString(), ["tpmModel"] = ek.Model, ["tpmVersion"] = ek.Version },
            ["subjectAltNameCritical"] = names.IsCritical,
            ["extendedKeyUsage"] = ReadUsages(certificate.Extension("2.5.29.37")!),
        };
    }

    private static JsonArray ReadUsages(CertificateExtension extension)
    {
        var usages = new JsonArray();
        AsnReader list = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        while (list.HasData) usages.Add(list.ReadObjectIdentifier());
        return usages;
    }
}
