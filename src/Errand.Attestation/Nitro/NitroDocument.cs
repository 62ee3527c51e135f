namespace Errand.Attestation;

/// <summary>
/// An attestation document of the AWS Nitro system, as received: COSE_Sign1 (RFC 9052 section 4.2) with algorithm ES384 around a CBOR map
/// (AWS, Nitro Enclaves Attestation Process, sections 2.2 and 3; for NitroTPM: EC2 User Guide, Validate a NitroTPM Attestation Document).
/// </summary>
/// <remarks>
/// <code>
/// [18(] [ h'A1013822', {}, payload (1..16384 bytes), signature (96 bytes, r ‖ s) ] [)]
/// payload = { "module_id": text, "digest": "SHA384", "timestamp": uint, "pcrs" / "nitrotpm_pcrs": { 0..31 => 32/48/64 bytes },
///             "certificate": DER, "cabundle": [root, …, issuer], ? "public_key", ? "user_data", ? "nonce": bytes or null }
/// </code>
/// The hypervisor has written documents without the tag, with definite lengths until 2025 and with a map of indefinite length since: all
/// forms are read. Members may come in any order; unknown and repeated ones are refused, as the specification lists those allowed.
/// It forbids null, yet every real document writes null for what is absent: it is taken for the three optional members. For these the
/// larger of the specification's two limits (1,024 and 512 bytes) holds.
/// </remarks>
public sealed class NitroDocument
{
    /// <summary>The longest document read: payload, signature and their heads.</summary>
    public const int SizeMax = 17 * 1024;

    /// <summary>How many PCRs there may be.</summary>
    public const int PcrCountMax = 32;

    /// <summary>The longest public key, user data or nonce.</summary>
    public const int FieldSizeMax = 1024;

    /// <summary>Bytes of the signature, r ‖ s.</summary>
    public const int SignatureSize = 96;

    private readonly ReadOnlyMemory<byte>[] _pcrs;

    internal NitroDocument(ReadOnlyMemory<byte>[] pcrs) => _pcrs = pcrs;

    /// <summary>The bytes as received.</summary>
    public required ReadOnlyMemory<byte> Encoded { get; init; }

    /// <summary>The protected header as received: the encoded map {1: -35}.</summary>
    public required ReadOnlyMemory<byte> Protected { get; init; }

    /// <summary>The payload as received, which the signature covers.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>r ‖ s, 48 bytes each.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>True when the document came with CBOR tag 18.</summary>
    public required bool IsTagged { get; init; }

    /// <summary>True when the payload's map has indefinite length.</summary>
    public required bool HasIndefinitePayload { get; init; }

    /// <summary>An enclave or an instance.</summary>
    public required NitroSource Source { get; init; }

    /// <summary>The issuing module, such as <c>i-…-enc…</c>: instance and enclave.</summary>
    public required string ModuleId { get; init; }

    /// <summary>The hash that PCRs are extended with; always <c>SHA384</c>.</summary>
    public required string Digest { get; init; }

    /// <summary>When the document was made, in milliseconds since 1970 by the hypervisor's clock.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The DER certificate of the key that signed.</summary>
    public required ReadOnlyMemory<byte> Certificate { get; init; }

    /// <summary>The issuers' DER certificates, root first.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> CaBundle { get; init; }

    /// <summary>A key that the enclave offers; null when it gave none.</summary>
    public required ReadOnlyMemory<byte>? PublicKey { get; init; }

    /// <summary>Bytes of the enclave's choice; null when it gave none.</summary>
    public required ReadOnlyMemory<byte>? UserData { get; init; }

    /// <summary>The nonce that the enclave was given; null when it gave none.</summary>
    public required ReadOnlyMemory<byte>? Nonce { get; init; }

    /// <summary>The indices of PCRs in the document, rising.</summary>
    public IEnumerable<int> PcrIndices => Enumerable.Range(0, PcrCountMax).Where(index => !_pcrs[index].IsEmpty);

    /// <summary>
    /// True for an enclave in debug mode, whose console its host reads: PCR0, PCR1 and PCR2 are then all zero. Missing ones count as zero.
    /// </summary>
    public bool IsDebug => Source == NitroSource.Enclave && !Enumerable.Range(0, 3).Any(index => Pcr(index).Span.ContainsAnyExcept((byte)0));

    /// <summary>Reads a document; null for another form.</summary>
    public static NitroDocument? TryParse(ReadOnlySpan<byte> document) => NitroDocumentReader.Read(document);

    /// <summary>A PCR's value, 32, 48 or 64 bytes; empty when the document has none of that index.</summary>
    public ReadOnlyMemory<byte> Pcr(int index) => index is >= 0 and < PcrCountMax ? _pcrs[index] : default;
}
