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

    /// <summary>Report and certificates as evidence of the attestation library; null for another form.</summary>
    public static TeeEvidence? TryRead(ReadOnlyMemory<byte> report, ReadOnlySpan<byte> encoded)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(CountMax, out int count)) return null;
        for (; count > 0; count--)
        {
            if (!reader.TryReadBytes(encoded.Length, out ReadOnlySpan<byte> certificate)) return null;
            certificates.Add(certificate.ToArray());
        }
        return reader.AtEnd ? new TeeEvidence(TeeKind.SevSnp, report, certificates) : null;
    }
}
