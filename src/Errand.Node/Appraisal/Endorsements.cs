using Errand.Attestation;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>The certificates that go with a TEE report on the ledger: a canonical CBOR array of DER certificates, the report's signer first.</summary>
internal static class Endorsements
{
    private const int CountMax = 8;

    public static byte[] Encode(IReadOnlyList<ReadOnlyMemory<byte>> certificates)
    {
        CanonicalWriter writer = new CanonicalWriter().Array(certificates.Count);
        foreach (ReadOnlyMemory<byte> certificate in certificates) writer.Bytes(certificate.Span);
        return writer.ToArray();
    }

    /// <summary>Report and certificates as evidence of the attestation library; null for another form, or of a kind of TEE that it does not know.</summary>
    /// <param name="kind">The kind that the executor registered with: the ledger says it, not the evidence.</param>
    /// <param name="report">The report.</param>
    /// <param name="encoded">The certificates.</param>
    public static TeeEvidence? TryRead(Protocol.TeeKind kind, ReadOnlyMemory<byte> report, ReadOnlySpan<byte> encoded)
    {
        TeeKind? known = kind switch { Protocol.TeeKind.SevSnp => TeeKind.SevSnp, Protocol.TeeKind.DevelopmentVtpm => TeeKind.DevelopmentVtpm, _ => null };
        if (known is not { } made) return null;
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
