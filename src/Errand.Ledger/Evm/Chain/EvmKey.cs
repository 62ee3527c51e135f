using System.Security.Cryptography;
using Errand.Primitives;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Errand.Ledger;

/// <summary>The key of an account that pays for transactions. It proves nothing about who wrote an entry.</summary>
/// <remarks>The arithmetic is not of constant time: keep such a key for fees only, and not where others can time the process.</remarks>
public sealed class EvmKey : IDisposable
{
    /// <summary>Length of a private key in bytes.</summary>
    public const int SizeBytes = 32;

    private readonly byte[] _secret;

    private EvmKey(byte[] secret)
    {
        _secret = secret;
        Address = EvmSignature.AddressOf(EvmSignature.Curve.G.Multiply(new BigInteger(1, secret)).Normalize());
    }

    /// <summary>The account.</summary>
    public EvmAddress Address { get; }

    /// <summary>A new key from the system's randomness.</summary>
    public static EvmKey Generate()
    {
        while (true)
        {
            byte[] secret = RandomNumberGenerator.GetBytes(SizeBytes);
            if (TryImport(secret, out EvmKey? key)) return key;
        }
    }

    /// <summary>Takes a copy of a private key; false unless it is 32 bytes and a number from 1 to the order − 1.</summary>
    public static bool TryImport(ReadOnlySpan<byte> secret, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EvmKey? key)
    {
        key = null;
        if (secret.Length != SizeBytes) return false;
        byte[] copy = secret.ToArray();
        var number = new BigInteger(1, copy);
        if (number.SignValue == 0 || number.CompareTo(EvmSignature.Curve.N) >= 0)
        {
            CryptographicOperations.ZeroMemory(copy);
            return false;
        }
        key = new EvmKey(copy);
        return true;
    }

    /// <summary>The private key, for a key store.</summary>
    public byte[] Export() => [.. _secret];

    /// <summary>Signs a hash: deterministic (RFC 6979), s in the lower half.</summary>
    internal EvmSignature Sign(Bytes32 hash)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        var domain = new ECDomainParameters(EvmSignature.Curve);
        signer.Init(forSigning: true, new ECPrivateKeyParameters(new BigInteger(1, _secret), domain));
        BigInteger[] pair = signer.GenerateSignature(hash.ToArray());
        BigInteger s = pair[1].CompareTo(EvmSignature.HalfOrder) > 0 ? EvmSignature.Curve.N.Subtract(pair[1]) : pair[1];
        var signature = new EvmSignature(ToBytes(pair[0]), ToBytes(s), OddY: false);
        if (signature.Recover(hash) == Address) return signature;
        signature = signature with { OddY = true };
        return signature.Recover(hash) == Address ? signature : throw new CryptographicException("A signature does not lead back to its key.");
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private static Bytes32 ToBytes(BigInteger number)
    {
        byte[] digits = number.ToByteArrayUnsigned();
        var bytes = new byte[Bytes32.Size];
        digits.CopyTo(bytes, bytes.Length - digits.Length);
        return new Bytes32(bytes);
    }
}
