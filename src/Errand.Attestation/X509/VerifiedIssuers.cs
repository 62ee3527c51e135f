using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Remembers certificates whose chains have held and ended at a pinned root, so that the next evidence under the same issuers does not
/// cost their signatures again. It belongs to its caller, who makes one and hands it to every verification; there is no ambient one.
/// Thread safe.
/// </summary>
/// <remarks>
/// <para>
/// What is remembered are facts that never change: the bytes of a certificate, found again by their SHA-256, and the key that was seen to
/// have signed them. Names, constraints, validity, revocation and the pin of the root are looked at each time, and so is the signature of
/// the first certificate of a chain, the leaf: of leaves only the parsed form and the imported key are kept. The result of a verification
/// is therefore the same with and without.
/// </para>
/// <para>
/// Bounded: issuers and leaves each have their own places, the oldest making room, so that no flood of leaves drives out an issuer; and
/// nothing that does not lead to a pinned root is let in.
/// </para>
/// </remarks>
public sealed class VerifiedIssuers
{
    /// <summary>Places for issuers, and for leaves, where none are given: some hundreds of KiB when all are taken.</summary>
    public const int CapacityDefault = 128;

    private readonly BoundedMap<Bytes32, (Certificate Certificate, Bytes32 Signer)> _issuers;
    private readonly BoundedMap<Bytes32, Certificate> _leaves;

    /// <summary>Makes an empty one with so many places for issuers, and as many for leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public VerifiedIssuers(int capacity = CapacityDefault)
    {
        _issuers = new BoundedMap<Bytes32, (Certificate, Bytes32)>(capacity);
        _leaves = new BoundedMap<Bytes32, Certificate>(capacity);
    }

    /// <summary>How many issuers it holds.</summary>
    public int IssuerCount => _issuers.Count;

    /// <summary>How many leaves it holds.</summary>
    public int LeafCount => _leaves.Count;

    /// <summary>The certificate with these DER bytes, if it is remembered; null otherwise.</summary>
    internal Certificate? Find(ReadOnlySpan<byte> encoded)
    {
        var digest = new Bytes32(SHA256.HashData(encoded));
        if (_issuers.TryGet(digest, out (Certificate Certificate, Bytes32 Signer) issuer)) return issuer.Certificate;
        return _leaves.TryGet(digest, out Certificate? leaf) ? leaf : null;
    }

    /// <summary>True when <paramref name="issuer"/>'s key signed a certificate: remembered of one that is itself an issuer, else checked.</summary>
    internal bool IsSignedBy(Certificate certificate, Certificate issuer) =>
        (_issuers.TryGet(certificate.Digest, out (Certificate Certificate, Bytes32 Signer) known) && known.Signer == issuer.SpkiDigest) || certificate.IsSignedBy(issuer);

    /// <summary>Remembers a chain, leaf first and root last, that was found to hold and to end at a pinned root.</summary>
    internal void Add(IReadOnlyList<Certificate> chain)
    {
        for (int i = 1; i < chain.Count; i++)
        {
            // Nobody was asked who signed a pinned key's certificate that is not its own.
            Bytes32 signer = i + 1 < chain.Count ? chain[i + 1].SpkiDigest : chain[i].IsSelfIssued ? chain[i].SpkiDigest : default;
            _issuers.Add(chain[i].Digest, (Keep(chain[i]), signer));
        }
        if (chain.Count > 1) _leaves.Add(chain[0].Digest, Keep(chain[0]));
    }

    private static Certificate Keep(Certificate certificate)
    {
        certificate.PublicKey.KeepImportedKey();
        return certificate;
    }
}
