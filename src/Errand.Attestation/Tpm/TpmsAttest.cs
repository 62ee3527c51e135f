namespace Errand.Attestation;

/// <summary>A quote: TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE (TPM 2.0 Part 2, section 10.12.12), at most 1,024 bytes.</summary>
public sealed class TpmsAttest
{
    /// <summary>The longest attestation read.</summary>
    public const int SizeMax = 1024;

    /// <summary>The longest nonce a TPM takes: the largest digest.</summary>
    public const int NonceSizeMax = 64;

    /// <summary>TPM_GENERATED_VALUE, "\xffTCG": a restricted key signs nothing else that begins so.</summary>
    public const uint Magic = 0xFF544347;

    /// <summary>TPM_ST_ATTEST_QUOTE.</summary>
    public const ushort QuoteTag = 0x8018;

    private const int NameSizeMax = 66;

    private TpmsAttest(byte[] encoded) => Encoded = encoded;

    /// <summary>The bytes as received, which the signature covers.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Qualified Name of the signing key.</summary>
    public ReadOnlyMemory<byte> QualifiedSigner { get; private init; }

    /// <summary>The nonce that the caller gave, at most 64 bytes.</summary>
    public ReadOnlyMemory<byte> ExtraData { get; private init; }

    /// <summary>Clock and counters.</summary>
    public TpmClockInfo ClockInfo { get; private init; }

    /// <summary>The vendor's firmware version number.</summary>
    public ulong FirmwareVersion { get; private init; }

    /// <summary>The PCRs quoted, by bank.</summary>
    public IReadOnlyList<PcrSelection> Selections { get; private init; } = [];

    /// <summary>Hash over the values of those PCRs, with the hash of the signing scheme.</summary>
    public ReadOnlyMemory<byte> PcrDigest { get; private init; }

    /// <summary>Reads a quote. Null with <see cref="AttestationReason.NotAQuote"/> for another kind of attestation, else with <see cref="AttestationReason.Malformed"/>.</summary>
    public static TpmsAttest? TryParse(ReadOnlySpan<byte> bytes, out AttestationReason reason)
    {
        reason = AttestationReason.Malformed;
        if (bytes.Length > SizeMax) return null;
        byte[] own = bytes.ToArray();
        var reader = new TpmReader(own);
        uint magic = reader.UInt32();
        ushort type = reader.UInt16();
        if (reader.Failed) return null;
        if (magic != Magic || type != QuoteTag)
        {
            reason = AttestationReason.NotAQuote;
            return null;
        }

        byte[] signer = reader.Sized(NameSizeMax).ToArray();
        byte[] extraData = reader.Sized(NonceSizeMax).ToArray();
        ulong clock = reader.UInt64();
        uint resetCount = reader.UInt32();
        uint restartCount = reader.UInt32();
        byte safe = reader.UInt8();
        ulong firmware = reader.UInt64();
        IReadOnlyList<PcrSelection>? selections = PcrSelection.ReadList(ref reader);
        byte[] digest = reader.Sized(NonceSizeMax).ToArray();
        if (selections is null || !reader.AtEnd || safe > 1) return null;
        reason = AttestationReason.None;
        return new TpmsAttest(own)
        {
            QualifiedSigner = signer,
            ExtraData = extraData,
            ClockInfo = new TpmClockInfo(clock, resetCount, restartCount, safe == 1),
            FirmwareVersion = firmware,
            Selections = selections,
            PcrDigest = digest,
        };
    }

    /// <summary>Writes the bytes of a quote, for whoever plays a TPM.</summary>
    public static byte[] Encode(
        ReadOnlySpan<byte> qualifiedSigner, ReadOnlySpan<byte> extraData, TpmClockInfo clock, ulong firmwareVersion, IReadOnlyList<PcrSelection> selections, ReadOnlySpan<byte> pcrDigest)
    {
        var writer = new TpmWriter();
        writer.UInt32(Magic).UInt16(QuoteTag).Sized(qualifiedSigner).Sized(extraData)
            .UInt64(clock.ClockMilliseconds).UInt32(clock.ResetCount).UInt32(clock.RestartCount).UInt8(clock.IsSafe ? (byte)1 : (byte)0).UInt64(firmwareVersion);
        PcrSelection.WriteList(writer, selections);
        return writer.Sized(pcrDigest).ToArray();
    }
}
