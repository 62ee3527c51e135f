using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// A machine's TPM evidence as it travels: canonical CBOR {0: [EK certificates, leaf first, DER], 1: EK TPMT_PUBLIC, 2: AK TPMT_PUBLIC,
/// 3: TPMS_ATTEST, 4: TPMT_SIGNATURE, 5: PCR mask, 6: PCR values of the SHA-256 bank in order of index, 7: event log}, and if the machine
/// offers what its kernel has measured {8: measurement list, 9: TPMS_ATTEST, 10: TPMT_SIGNATURE, 11: values of those of PCRs 0 to 10 that are not in 6}: all four or none.
/// </summary>
public sealed record PlatformEvidence
{
    /// <summary>The longest evidence, encoded. Firmware logs of real machines have 15 to 45 KiB.</summary>
    public const int SizeMax = 56 * 1024;

    private const int PublicSizeMax = 1024;
    private const int SignatureSizeMax = 1024;
    private const int DigestSize = 32;

    /// <summary>EK certificate, then its issuers up to the root.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> EkCertificateChain { get; init; }

    /// <summary>Public area of the endorsement key.</summary>
    public required ReadOnlyMemory<byte> EkPublic { get; init; }

    /// <summary>Public area of the attestation key.</summary>
    public required ReadOnlyMemory<byte> AkPublic { get; init; }

    /// <summary>The quote.</summary>
    public required ReadOnlyMemory<byte> Attest { get; init; }

    /// <summary>Its signature.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>PCR values of the SHA-256 bank.</summary>
    public required PcrBank Pcrs { get; init; }

    /// <summary>The firmware's event log.</summary>
    public required ReadOnlyMemory<byte> EventLog { get; init; }

    /// <summary>What the kernel has measured since the boot; null if the machine does not offer it.</summary>
    public ImaEvidence? Ima { get; init; }

    /// <summary>True when the encoded bytes are not longer than <see cref="SizeMax"/>.</summary>
    public bool Fits => Write().Span.Length <= SizeMax;

    /// <summary>The encoded bytes.</summary>
    /// <exception cref="InvalidOperationException">They would be longer than <see cref="SizeMax"/>, or the PCRs are of another bank than SHA-256.</exception>
    public byte[] Encode() // R-6.1.4.13
    {
        CanonicalWriter writer = Write();
        return writer.Span.Length <= SizeMax ? writer.ToArray() : throw new InvalidOperationException($"The evidence is longer than {SizeMax} bytes.");
    }

    private CanonicalWriter Write()
    {
        if (Pcrs.Algorithm != TpmAlgorithm.Sha256) throw new InvalidOperationException("Platform evidence carries the SHA-256 bank.");
        var writer = new CanonicalWriter();
        writer.Map(Ima is null ? 8 : 12).Key(0).Array(EkCertificateChain.Count);
        foreach (ReadOnlyMemory<byte> certificate in EkCertificateChain) writer.Bytes(certificate.Span);
        writer.Key(1).Bytes(EkPublic.Span).Key(2).Bytes(AkPublic.Span).Key(3).Bytes(Attest.Span).Key(4).Bytes(Signature.Span)
            .Key(5).UInt(Pcrs.Pcrs.Mask).Key(6).Bytes(Pcrs.Concatenate(Pcrs.Pcrs)).Key(7).Bytes(EventLog.Span);
        if (Ima is { } ima) writer.Key(8).Bytes(ima.List.Span).Key(9).Bytes(ima.Attest.Span).Key(10).Bytes(ima.Signature.Span).Key(11).Bytes(ima.Values.Span); // R-6.1.4.21
        return writer;
    }

    /// <summary>Reads evidence; false for another form or more than <see cref="SizeMax"/> bytes. What is in its parts is not looked at.</summary>
    public static bool TryParse(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PlatformEvidence? evidence)
    {
        evidence = null;
        if (encoded.Length > SizeMax || !CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        byte[][] chain = fields.Array<byte[]>(0, CertificateChain.LengthMax, Items.ByteArray);
        byte[] ekPublic = fields.Bytes(1, 1, PublicSizeMax).ToArray();
        byte[] akPublic = fields.Bytes(2, 1, PublicSizeMax).ToArray();
        byte[] attest = fields.Bytes(3, 1, TpmsAttest.SizeMax).ToArray();
        byte[] signature = fields.Bytes(4, 1, SignatureSizeMax).ToArray();
        var pcrs = new PcrSet((uint)fields.UInt(5, (1u << PcrSet.Count) - 1));
        byte[] values = fields.Bytes(6, pcrs.Size * DigestSize, pcrs.Size * DigestSize).ToArray();
        byte[] log = fields.Bytes(7, 0, SizeMax).ToArray();
        ImaEvidence? ima = fields.Has(8)
            ? new ImaEvidence(fields.Bytes(8, 1, SizeMax).ToArray(), fields.Bytes(9, 1, TpmsAttest.SizeMax).ToArray(), fields.Bytes(10, 1, SignatureSizeMax).ToArray(), fields.Bytes(11, 0, PcrSet.Count * DigestSize).ToArray())
            : null;
        if (fields.Close() != FieldError.None || (ima is not null && ima.Values.Length != ImaEvidence.Told(pcrs).Size * DigestSize)) return false;
        evidence = new PlatformEvidence
        {
            EkCertificateChain = [.. chain.Select(certificate => new ReadOnlyMemory<byte>(certificate))],
            EkPublic = ekPublic,
            AkPublic = akPublic,
            Attest = attest,
            Signature = signature,
            Pcrs = new PcrBank(TpmAlgorithm.Sha256, pcrs.Indices().Select((index, i) =>
                new KeyValuePair<int, ReadOnlyMemory<byte>>(index, values.AsMemory(i * DigestSize, DigestSize)))),
            EventLog = log,
            Ima = ima,
        };
        return true;
    }
}
