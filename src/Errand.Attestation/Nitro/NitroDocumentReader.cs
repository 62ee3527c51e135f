namespace Errand.Attestation;

/// <summary>Reads attestation documents. The grammar is at <see cref="NitroDocument"/>; limits are those of the specification, section 3.2.2.2.</summary>
internal sealed class NitroDocumentReader
{
    private const ulong CoseSign1Tag = 18;
    private const int HeaderSizeMax = 64;
    private const int PayloadSizeMax = 16_384;
    private const int CertificateSizeMax = 1024;
    private const int MemberCountMax = 9;
    private const int NameSizeMax = 13;
    private const int ModuleIdSizeMax = 256;

    private static readonly ulong TimestampMax = (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly ReadOnlyMemory<byte>[] _pcrs = new ReadOnlyMemory<byte>[NitroDocument.PcrCountMax];
    private readonly List<ReadOnlyMemory<byte>> _caBundle = [];
    private NitroSource? _source;
    private string? _moduleId;
    private string? _digest;
    private DateTimeOffset? _timestamp;
    private ReadOnlyMemory<byte> _certificate;
    private ReadOnlyMemory<byte>? _publicKey;
    private ReadOnlyMemory<byte>? _userData;
    private ReadOnlyMemory<byte>? _nonce;

    /// <summary>{1: -35}: the algorithm is ES384 (RFC 9053 section 2.1), and nothing else is said.</summary>
    private static ReadOnlySpan<byte> Es384Header => [0xA1, 0x01, 0x38, 0x22];

    internal static NitroDocument? Read(ReadOnlySpan<byte> document)
    {
        if (document.Length > NitroDocument.SizeMax) return null;
        ReadOnlyMemory<byte> own = document.ToArray();
        var cbor = new CborReader(own);
        bool tagged = cbor.TryReadTag(CoseSign1Tag);
        if (!cbor.TryEnterArray(out int count) || count is not (4 or CborReader.Indefinite)) return null;
        if (!cbor.TryReadBytes(HeaderSizeMax, out ReadOnlyMemory<byte> header) || !header.Span.SequenceEqual(Es384Header)) return null;
        if (!cbor.TryEnterMap(out int unprotected) || cbor.More(unprotected, 0)) return null;
        if (!cbor.TryReadBytes(PayloadSizeMax, out ReadOnlyMemory<byte> payload)) return null;
        if (!cbor.TryReadBytes(NitroDocument.SignatureSize, out ReadOnlyMemory<byte> signature) || signature.Length != NitroDocument.SignatureSize) return null;
        if (cbor.More(count, 4) || !cbor.AtEnd) return null;

        var reader = new NitroDocumentReader();
        return !reader.ReadPayload(payload, out bool indefinite) ? null : new NitroDocument(reader._pcrs)
        {
            Encoded = own,
            Protected = header,
            Payload = payload,
            Signature = signature,
            IsTagged = tagged,
            HasIndefinitePayload = indefinite,
            Source = reader._source!.Value,
            ModuleId = reader._moduleId!,
            Digest = reader._digest!,
            Timestamp = reader._timestamp!.Value,
            Certificate = reader._certificate,
            CaBundle = reader._caBundle,
            PublicKey = reader._publicKey,
            UserData = reader._userData,
            Nonce = reader._nonce,
        };
    }

    private bool ReadPayload(ReadOnlyMemory<byte> payload, out bool indefinite)
    {
        var cbor = new CborReader(payload);
        bool entered = cbor.TryEnterMap(out int count);
        indefinite = count == CborReader.Indefinite;
        if (!entered) return false;
        for (int i = 0; cbor.More(count, i); i++)
        {
            if (i == MemberCountMax || !cbor.TryReadText(NameSizeMax, out string name) || !_seen.Add(name) || !TryReadMember(ref cbor, name)) return false;
        }
        return cbor.AtEnd && _source is not null && _moduleId is not null && _digest is not null && _timestamp is not null && !_certificate.IsEmpty && _caBundle.Count > 0;
    }

    private bool TryReadMember(ref CborReader cbor, string name) => name switch
    {
        "module_id" => cbor.TryReadText(ModuleIdSizeMax, out _moduleId!) && _moduleId.Length > 0,
        "digest" => cbor.TryReadText(NameSizeMax, out _digest!) && _digest == "SHA384",
        "timestamp" => TryReadTimestamp(ref cbor),
        "pcrs" => TryReadPcrs(ref cbor, NitroSource.Enclave),
        "nitrotpm_pcrs" => TryReadPcrs(ref cbor, NitroSource.NitroTpm),
        "certificate" => cbor.TryReadBytes(CertificateSizeMax, out _certificate),
        "cabundle" => TryReadBundle(ref cbor),
        "public_key" => TryReadOptional(ref cbor, out _publicKey),
        "user_data" => TryReadOptional(ref cbor, out _userData),
        "nonce" => TryReadOptional(ref cbor, out _nonce),
        _ => false,
    };

    private bool TryReadTimestamp(ref CborReader cbor)
    {
        if (!cbor.TryReadUInt(out ulong milliseconds) || milliseconds == 0 || milliseconds > TimestampMax) return false;
        _timestamp = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
        return true;
    }

    private bool TryReadPcrs(ref CborReader cbor, NitroSource source)
    {
        // A document is about one of both.
        if (_source is not null || !cbor.TryEnterMap(out int count)) return false;
        _source = source;
        int read = 0;
        for (; cbor.More(count, read); read++)
        {
            if (!cbor.TryReadUInt(out ulong index) || index >= NitroDocument.PcrCountMax || !_pcrs[index].IsEmpty) return false;
            if (!cbor.TryReadBytes(64, out ReadOnlyMemory<byte> value) || value.Length is not (32 or 48 or 64)) return false;
            _pcrs[index] = value;
        }
        return read > 0;
    }

    private bool TryReadBundle(ref CborReader cbor)
    {
        if (!cbor.TryEnterArray(out int count)) return false;
        while (cbor.More(count, _caBundle.Count))
        {
            // With the certificate itself it must make a chain.
            if (_caBundle.Count == CertificateChain.LengthMax - 1 || !cbor.TryReadBytes(CertificateSizeMax, out ReadOnlyMemory<byte> certificate) || certificate.IsEmpty) return false;
            _caBundle.Add(certificate);
        }
        return true;
    }

    private static bool TryReadOptional(ref CborReader cbor, out ReadOnlyMemory<byte>? value)
    {
        value = null;
        if (cbor.TryReadNull()) return true;
        if (!cbor.TryReadBytes(NitroDocument.FieldSizeMax, out ReadOnlyMemory<byte> bytes)) return false;
        value = bytes;
        return true;
    }
}
