using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>TEE evidence as it travels: canonical CBOR {0: kind, 1: report, 2: [certificates, leaf first, DER]}, and for TDX 3: collateral (<see cref="IntelCollateralCbor"/>).</summary>
/// <param name="Kind">What made it.</param>
/// <param name="Report">The report, as the device gave it.</param>
/// <param name="Certificates">DER certificates from the report's signer to the root. None for TDX, whose quotes hold them.</param>
public sealed record TeeEvidence(TeeKind Kind, ReadOnlyMemory<byte> Report, IReadOnlyList<ReadOnlyMemory<byte>> Certificates)
{
    /// <summary>The longest evidence, encoded.</summary>
    public const int SizeMax = 60 * 1024;

    /// <summary>What Intel says of the platform, for TDX; null for other kinds.</summary>
    public IntelCollateral? Collateral { get; init; }

    /// <summary>The encoded bytes.</summary>
    /// <exception cref="InvalidOperationException">They would be longer than <see cref="SizeMax"/>.</exception>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        writer.Map(Collateral is null ? 3 : 4).Key(0).UInt((ulong)Kind).Key(1).Bytes(Report.Span).Key(2).Array(Certificates.Count);
        foreach (ReadOnlyMemory<byte> certificate in Certificates) writer.Bytes(certificate.Span);
        if (Collateral is { } collateral) writer.Key(3).Raw(IntelCollateralCbor.Encode(collateral));
        return writer.Span.Length <= SizeMax ? writer.ToArray() : throw new InvalidOperationException($"The evidence is longer than {SizeMax} bytes.");
    }

    /// <summary>What the report says of its chip, 64 bytes, by which its host is known; null when it does not parse. Nothing has been verified.</summary>
    public ReadOnlyMemory<byte>? ReadChipId() => Kind switch
    {
        TeeKind.SevSnp => SnpReport.TryParse(Report.Span)?.ChipId,
        TeeKind.Tdx => IntelQuote.TryParse(Report.Span) is { TeeType: IntelTeeType.Tdx } quote && IntelVerifier.ReadPck(quote) is { } pck ? TdxChipId.Of(pck) : default(ReadOnlyMemory<byte>?),
        TeeKind.DevelopmentVtpm => VtpmReport.TryParse(Report.Span, out VtpmReport? report) ? VtpmReport.TpmIdOf(report.AkPublic.Span) : default(ReadOnlyMemory<byte>?),
        _ => null,
    };

    /// <summary>Reads evidence; false for another form, an unknown kind or more than <see cref="SizeMax"/> bytes. What is in the report is not looked at.</summary>
    public static bool TryParse(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out TeeEvidence? evidence)
    {
        evidence = null;
        if (encoded.Length > SizeMax || !CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        ulong kind = fields.UInt(0, (ulong)TeeKind.DevelopmentVtpm);
        byte[] report = fields.Bytes(1, 1, SizeMax).ToArray();
        byte[][] certificates = fields.Array<byte[]>(2, CertificateChain.LengthMax, Items.ByteArray);
        IntelCollateral? collateral = null;
        if (fields.Has(3) && !IntelCollateralCbor.TryParse(fields.Item(3), out collateral)) return false;
        if (fields.Close() != FieldError.None || kind is not ((ulong)TeeKind.SevSnp or (ulong)TeeKind.Tdx or (ulong)TeeKind.DevelopmentVtpm)) return false;
        if (kind == (ulong)TeeKind.Tdx ? collateral is null || certificates.Length > 0 : collateral is not null) return false;
        evidence = new TeeEvidence((TeeKind)kind, report, [.. certificates.Select(certificate => new ReadOnlyMemory<byte>(certificate))]) { Collateral = collateral };
        return true;
    }
}
