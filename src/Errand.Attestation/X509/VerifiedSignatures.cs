using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Remembers which certificates were signed by which keys, so that the signatures of issuers met again need not be verified again. Owned by
/// the caller, who decides how long it lives. Only signatures are remembered, as they never stop holding: names, constraints, times and the
/// root's pin are checked every time. Only chains that ended at a pinned root are added, so strangers cannot fill it. Safe for use by several
/// threads.
/// </summary>
public sealed class VerifiedSignatures
{
    /// <summary>How many are kept; when it is full, it starts again from nothing.</summary>
    public const int CountMax = 16_384;

    private readonly HashSet<Bytes32> _known = [];
    private readonly Lock _lock = new();

    /// <summary>How many are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _known.Count;
        }
    }

    internal bool Contains(Certificate certificate, Certificate issuer)
    {
        Bytes32 key = Key(certificate, issuer);
        lock (_lock) return _known.Contains(key);
    }

    /// <summary>Adds every signature of a chain that holds, the root's own too.</summary>
    internal void Add(IReadOnlyList<Certificate> chain)
    {
        for (int i = 0; i < chain.Count; i++)
        {
            Bytes32 key = Key(chain[i], chain[Math.Min(i + 1, chain.Count - 1)]);
            lock (_lock)
            {
                if (_known.Count == CountMax) _known.Clear();
                _known.Add(key);
            }
        }
    }

    // A SubjectPublicKeyInfo is DER and so says where it ends.
    private static Bytes32 Key(Certificate certificate, Certificate issuer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(issuer.PublicKey.Encoded.Span);
        hash.AppendData(certificate.Encoded.Span);
        return new Bytes32(hash.GetHashAndReset());
    }
}
