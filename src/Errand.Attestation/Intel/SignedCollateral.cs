using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Errand.Attestation;

/// <summary>A signed JSON document of Intel's: an object with one member that is signed, and the signature over its bytes as they stand.</summary>
/// <param name="Content">What it says; null unless it is well formed and the signature holds under the chain's first key.</param>
/// <param name="Chain">Signer and root; empty when the certificates do not parse or are not two.</param>
/// <param name="Fault">What is wrong, for people; null when signature and chain hold. Times and the root's pin are checked apart.</param>
internal sealed record SignedCollateral<T>(T? Content, IReadOnlyList<Certificate> Chain, string? Fault)
    where T : class
{
    private const int SizeMax = 256 * 1024;
    private const int DepthMax = 16;
    private const int SignatureSize = 64;
    private const string SignerName = "Intel SGX TCB Signing";

    /// <summary>Reads a document. <paramref name="member"/> is the signed member's name; it is decoded only when its signature holds.</summary>
    internal static SignedCollateral<T> Read(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> certificates, string member, Func<JsonElement, T?> read)
    {
        if (CertificateChain.TryParse(certificates) is not { Count: 2 } parsed || CertificateChain.Order(parsed) is not { } chain) return new(null, [], "no chain of signer and root");
        string? fault = CertificateChain.FindFault(chain)
            ?? (DistinguishedName.Find(chain[0].Fields.Subject, Oids.CommonName) == SignerName && chain[0].PublicKey.CurveOid == Oids.P256 ? null : $"not signed by {SignerName}");
        if (fault is not null) return new(null, chain, fault);
        if (json.Length > SizeMax) return new(null, chain, $"more than {SizeMax} bytes");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = DepthMax });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != 2 || !root.TryGetProperty(member, out JsonElement content)
                || !root.TryGetProperty("signature", out JsonElement signature) || signature.ValueKind != JsonValueKind.String) return new(null, chain, $"not {member} with a signature");
            // Re-encoding would change what was signed: these are the received bytes from the opening to the closing brace.
            ReadOnlySpan<byte> signed = JsonMarshal.GetRawUtf8Value(content);
            Span<byte> scalars = stackalloc byte[SignatureSize];
            if (Convert.FromHexString(signature.GetString()!, scalars, out int consumed, out int written) != System.Buffers.OperationStatus.Done || consumed != 2 * SignatureSize || written != SignatureSize
                || !chain[0].PublicKey.VerifyHash(SignatureScheme.Ecdsa, HashAlgorithmName.SHA256, SHA256.HashData(signed), scalars, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
                return new(null, chain, "the signature does not hold");
            T? value = read(content);
            return new(value, chain, value is null ? "a member is missing or malformed" : null);
        }
        catch (JsonException)
        {
            return new(null, chain, "not JSON, or a member twice");
        }
    }
}
