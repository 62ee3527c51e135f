using Errand.Attestation;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>
/// What goes with a TEE report on the ledger: a canonical CBOR array of DER certificates, the report's signer first, or for TDX, whose quotes have their
/// certificates with them, the collateral (<see cref="IntelCollateralCbor"/>).
/// </summary>
internal static class Endorsements
{
    private const int CountMax = 8;

    public static byte[] Encode(TeeEvidence evidence)
    {
        if (evidence.Collateral is { } collateral) return IntelCollateralCbor.Encode(collateral);
        CanonicalWriter writer = new CanonicalWriter().Array(evidence.Certificates.Count);
        foreach (ReadOnlyMemory<byte> certificate in evidence.Certificates) writer.Bytes(certificate.Span);
        return writer.ToArray();
    }

    /// <summary>Report and what goes with it as evidence of the attestation library; null for another form, or of a kind of TEE that it does not know.</summary>
    /// <param name="kind">The kind that the executor registered with: the ledger says it, not the evidence.</param>
    /// <param name="report">The report.</param>
    /// <param name="encoded">Certificates or collateral.</param>
    public static TeeEvidence? TryRead(Protocol.TeeKind kind, ReadOnlyMemory<byte> report, ReadOnlySpan<byte> encoded)
    {
        TeeKind? known = kind switch { Protocol.TeeKind.SevSnp => TeeKind.SevSnp, Protocol.TeeKind.Tdx => TeeKind.Tdx, Protocol.TeeKind.DevelopmentVtpm => TeeKind.DevelopmentVtpm, _ => null };
        if (known is not { } made) return null;
        if (made == TeeKind.Tdx) return IntelCollateralCbor.TryParse(encoded, out IntelCollateral? collateral) ? new TeeEvidence(made, report, []) { Collateral = collateral } : null;
        var certificates = new List<ReadOnlyMemory<byte>>();
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(CountMax, out int count)) return null;
        for (; count > 0; count--)
        {
            if (!reader.TryReadBytes(encoded.Length, out ReadOnlySpan<byte> certificate)) return null;
            certificates.Add(certificate.ToArray());
        }
        return reader.AtEnd ? new TeeEvidence(made, report, certificates) : null;
    }
}
