using System.Diagnostics;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>A private key of ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381), kept in guarded memory until it is disposed.</summary>
/// <remarks>Proving is deterministic, and constant time in the key; its time depends on alpha, which is public. Thread-safe.</remarks>
public sealed class VrfKey : IDisposable
{
    /// <summary>Length of a seed: the SK of RFC 9381 section 5.5.</summary>
    public const int SeedSize = 32;

    // The seed (32 bytes), then SHA-512 of it: the scalar x, clamped (32), and the nonce prefix (32) (RFC 8032 section 5.1.5).
    private const int ScalarOffset = SeedSize;
    private const int PrefixOffset = ScalarOffset + VrfSuite.ScalarSize;
    private const int SecretSize = PrefixOffset + 32;

    private readonly SecretMemory _secret;

    private VrfKey(VrfPublicKey publicKey, SecretMemory secret)
    {
        PublicKey = publicKey;
        _secret = secret;
    }

    /// <summary>The key's public half.</summary>
    public VrfPublicKey PublicKey { get; }

    /// <summary>A fresh key from the system's random number generator.</summary>
    public static VrfKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The key of a seed of 32 bytes, which is copied; the caller zeroes its own.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> is not 32 bytes long.</exception>
    public static VrfKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize) throw new ArgumentException($"A seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        Span<byte> secret = stackalloc byte[SecretSize];
        Span<byte> publicKey = stackalloc byte[Bytes32.Size];
        try
        {
            seed.CopyTo(secret);
            SHA512.HashData(seed, secret[ScalarOffset..]);
            Span<byte> x = secret.Slice(ScalarOffset, VrfSuite.ScalarSize);
            x[0] &= 0xF8;
            x[31] &= 0x7F;
            x[31] |= 0x40;
            Sodium.ScalarMultiplyBase(publicKey, x);
            return new VrfKey(new VrfPublicKey(new Bytes32(publicKey)), new SecretMemory(secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Writes the 80-byte proof for <paramref name="alpha"/> (RFC 9381 section 5.1).</summary>
    /// <exception cref="ArgumentException"><paramref name="proof"/> is not 80 bytes long.</exception>
    /// <exception cref="ObjectDisposedException">The key has been disposed.</exception>
    public void Prove(ReadOnlySpan<byte> alpha, Span<byte> proof)
    {
        if (proof.Length != Vrf.ProofSize) throw new ArgumentException($"A proof has {Vrf.ProofSize} bytes, not {proof.Length}.", nameof(proof));
        // Encodings of Y, H, Gamma, U and V, in the order in which the challenge takes them.
        Span<byte> points = stackalloc byte[5 * EdwardsPoint.Size];
        Span<byte> y = points[..32], h = points[32..64], gamma = points[64..96], u = points[96..128], v = points[128..160];
        Span<byte> wide = stackalloc byte[64];
        Span<byte> k = stackalloc byte[VrfSuite.ScalarSize];
        Span<byte> cx = stackalloc byte[VrfSuite.ScalarSize];
        using SecretMemory.Lease lease = _secret.Open();
        ReadOnlySpan<byte> x = lease.Bytes.Slice(ScalarOffset, VrfSuite.ScalarSize);
        try
        {
            // 1. Y, and H = encode_to_curve(Y, alpha).
            PublicKey.Value.CopyTo(y);
            if (!VrfSuite.TryEncodeToCurve(y, alpha, out EdwardsPoint point)) throw new UnreachableException("No attempt of 256 gave a point.");
            EdwardsPoint.EncodeAll([point], h);

            // 2. Gamma = x·H.
            Sodium.ScalarMultiply(gamma, x, h);

            // 3. k = SHA-512(prefix || H) mod q: the same nonce for the same H only, and then the same challenge (section 5.4.2.2).
            ComputeNonce(lease.Bytes[PrefixOffset..], h, wide, k);

            // 4. c = challenge(Y, H, Gamma, k·B, k·H).
            Sodium.ScalarMultiplyBase(u, k);
            Sodium.ScalarMultiply(v, k, h);
            Span<byte> c = stackalloc byte[VrfSuite.ScalarSize];
            c.Clear();
            VrfSuite.Challenge(points, c);

            // 5. s = k + c·x mod q.
            Sodium.ScalarMultiplyScalar(cx, c, x);
            gamma.CopyTo(proof);
            c[..VrfSuite.ChallengeSize].CopyTo(proof[EdwardsPoint.Size..]);
            Sodium.ScalarAdd(proof[(EdwardsPoint.Size + VrfSuite.ChallengeSize)..], k, cx);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wide);
            CryptographicOperations.ZeroMemory(k);
            CryptographicOperations.ZeroMemory(cx);
        }
    }

    /// <summary>The 32-byte seed, for key files. The caller zeroes it.</summary>
    /// <exception cref="ObjectDisposedException">The key has been disposed.</exception>
    public byte[] DangerousExportSeed()
    {
        using SecretMemory.Lease lease = _secret.Open();
        return lease.Bytes[..SeedSize].ToArray();
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>The type's name and the public key.</summary>
    public override string ToString() => $"{nameof(VrfKey)} {PublicKey}";

    private static void ComputeNonce(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> h, Span<byte> wide, Span<byte> nonce)
    {
        Span<byte> input = stackalloc byte[32 + EdwardsPoint.Size];
        try
        {
            prefix.CopyTo(input);
            h.CopyTo(input[32..]);
            SHA512.HashData(input, wide);
            Sodium.ScalarReduce(nonce, wide);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }
}
