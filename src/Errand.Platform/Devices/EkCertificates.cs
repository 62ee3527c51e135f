using System.Formats.Asn1;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>Finds a TPM's EK certificate, and builds the chain of its issuers. Whether the chain holds is for the verifier.</summary>
internal static class EkCertificates
{
    private const int ChainMax = 6, IssuersSizeMax = 32 << 10;

    /// <summary>The certificate for a template in NV memory; null when there is none.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(TpmClient tpm, EkTemplate template, CancellationToken cancellation)
    {
        if (await tpm.ReadNvAsync(EkCertificateIndex.Of(template), Certificate.SizeMax, cancellation).ConfigureAwait(false) is not { } content) return null;
        List<ReadOnlyMemory<byte>> certificates = Split(content);
        if (certificates.Count == 0) return null;
        return certificates[0];
    }

    /// <summary>Certificates of issuers that the TPM itself holds.</summary>
    public static async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadIssuersAsync(TpmClient tpm, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        for (uint index = EkCertificateIndex.IssuersFirst; index <= EkCertificateIndex.IssuersLast; index++)
        {
            if (await tpm.ReadNvAsync(index, IssuersSizeMax, cancellation).ConfigureAwait(false) is not { } piece || content.Length + piece.Length > IssuersSizeMax) break;
            content.Write(piece);
        }
        return Split(content.ToArray());
    }

    /// <summary>The leaf, and from a heap of certificates each one's issuer, until one is its own or is not there.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> BuildChain(ReadOnlyMemory<byte> leaf, IEnumerable<ReadOnlyMemory<byte>> heap)
    {
        var chain = new List<ReadOnlyMemory<byte>> { leaf };
        if (Certificate.TryParse(leaf) is not { } last) return chain;
        Certificate[] issuers = [.. heap.Select(Certificate.TryParse).OfType<Certificate>()];
        while (chain.Count < ChainMax && !last.IsSelfIssued && Array.Find(issuers, last.IsSignedBy) is { } issuer)
        {
            chain.Add(issuer.Encoded);
            last = issuer;
        }
        return chain;
    }

    // NV indices are often longer than the certificate: what follows is zeros or FFh.
    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        const byte Sequence = 0x30;
        List<ReadOnlyMemory<byte>> certificates = [];
        while (certificates.Count < ChainMax && content.Length > 0 && content.Span[0] == Sequence
            && AsnDecoder.TryReadEncodedValue(content.Span, AsnEncodingRules.DER, out _, out _, out _, out int size))
        {
            certificates.Add(content[..size]);
            content = content[size..];
        }
        return certificates;
    }
}
