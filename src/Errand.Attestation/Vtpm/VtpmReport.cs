using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// What a virtual machine with a software TPM gives as its report: canonical CBOR {0: AK TPMT_PUBLIC, 1: TPMS_ATTEST, 2: TPMT_SIGNATURE,
/// 3: values of <see cref="QuotedPcrs"/> of the SHA-256 bank in order of index, 4: event log}. The quote's nonce is the 64 bytes of report data.
/// </summary>
/// <remarks>The certificate of the attestation key travels beside it: the TPM's maker gave it, so that no credential challenge is needed.</remarks>
public sealed record VtpmReport
{
    /// <summary>The longest report, encoded. OVMF's log of a machine without disks has 2 KiB.</summary>
    public const int SizeMax = 16 * 1024;

    /// <summary>Bytes of report data: the largest nonce that a TPM takes.</summary>
    public const int ReportDataSize = TpmsAttest.NonceSizeMax;

    private const int PublicSizeMax = 1024, SignatureSizeMax = 1024, DigestSize = 32;

    /// <summary>What is quoted: PCR 0 to 7 of the firmware, and PCR 9, into which the kernel measures its command line and the initrd.</summary>
    public static PcrSet QuotedPcrs { get; } = PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 9);

    /// <summary>Public area of the attestation key.</summary>
    public required ReadOnlyMemory<byte> AkPublic { get; init; }

    /// <summary>The quote.</summary>
    public required ReadOnlyMemory<byte> Attest { get; init; }

    /// <summary>Its signature.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Values of <see cref="QuotedPcrs"/>, SHA-256 bank.</summary>
    public required PcrBank Pcrs { get; init; }

    /// <summary>The firmware's event log.</summary>
    public required ReadOnlyMemory<byte> EventLog { get; init; }

    /// <summary>What stands for the chip: SHA-512 of the attestation key's public area, 64 bytes.</summary>
    public static ReadOnlyMemory<byte> TpmIdOf(ReadOnlySpan<byte> akPublic) => System.Security.Cryptography.SHA512.HashData(akPublic);

    /// <summary>The encoded bytes.</summary>
    /// <exception cref="InvalidOperationException">They would be longer than <see cref="SizeMax"/>, or other PCRs are given.</exception>
    public byte[] Encode()
    {
        if (Pcrs.Algorithm != TpmAlgorithm.Sha256 || Pcrs.Pcrs != QuotedPcrs) throw new InvalidOperationException($"The report carries {QuotedPcrs} of the SHA-256 bank.");
        CanonicalWriter writer = new CanonicalWriter().Map(5).Key(0).Bytes(AkPublic.Span).Key(1).Bytes(Attest.Span).Key(2).Bytes(Signature.Span)
            .Key(3).Bytes(Pcrs.Concatenate(QuotedPcrs)).Key(4).Bytes(EventLog.Span);
        return writer.Span.Length <= SizeMax ? writer.ToArray() : throw new InvalidOperationException($"The report is longer than {SizeMax} bytes.");
    }

    /// <summary>Reads a report; false for another form or more than <see cref="SizeMax"/> bytes. What is in its parts is not looked at.</summary>
    public static bool TryParse(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out VtpmReport? report)
    {
        report = null;
        if (encoded.Length > SizeMax || !CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        byte[] akPublic = fields.Bytes(0, 1, PublicSizeMax).ToArray();
        byte[] attest = fields.Bytes(1, 1, TpmsAttest.SizeMax).ToArray();
        byte[] signature = fields.Bytes(2, 1, SignatureSizeMax).ToArray();
        byte[] values = fields.Bytes(3, QuotedPcrs.Size * DigestSize, QuotedPcrs.Size * DigestSize).ToArray();
        byte[] log = fields.Bytes(4, 1, SizeMax).ToArray();
        if (fields.Close() != FieldError.None) return false;
        report = new VtpmReport
        {
            AkPublic = akPublic,
            Attest = attest,
            Signature = signature,
            Pcrs = new PcrBank(TpmAlgorithm.Sha256, QuotedPcrs.Indices().Select((index, i) => new KeyValuePair<int, ReadOnlyMemory<byte>>(index, values.AsMemory(i * DigestSize, DigestSize)))),
            EventLog = log,
        };
        return true;
    }
}
