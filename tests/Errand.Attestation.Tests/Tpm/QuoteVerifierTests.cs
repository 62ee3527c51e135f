using System.Numerics;
using System.Security.Cryptography;

namespace Errand.Attestation.Tests;

/// <summary>Quotes made here with the real formats: every scheme and hash, then each field broken in turn.</summary>
public sealed class QuoteVerifierTests
{
    private const TpmObjectAttributes Attributes =
        TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.UserWithAuth | TpmObjectAttributes.Restricted | TpmObjectAttributes.Sign;

    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly byte[] Nonce = [1, 2, 3];

    private static readonly PcrBank[] Banks =
    [
        Bank(TpmAlgorithm.Sha1), Bank(TpmAlgorithm.Sha256), Bank(TpmAlgorithm.Sha384), Bank(TpmAlgorithm.Sha512),
    ];

    [Theory]
    [InlineData(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256, 0)]
    [InlineData(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha384, 0)]
    [InlineData(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha512, 0)]
    [InlineData(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha1, 0)]
    [InlineData(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256, 32)]
    [InlineData(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256, 222)]
    [InlineData(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256, 20)]
    [InlineData(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha384, 48)]
    [InlineData(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256, 256)]
    [InlineData(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha384, 384)]
    [InlineData(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha512, 521)]
    public void Every_scheme_signs_every_bank(TpmAlgorithm scheme, TpmAlgorithm hash, int sizeOrSalt)
    {
        using var signer = new Signer(scheme, hash, sizeOrSalt);
        TpmtPublic area = TpmtPublic.TryParse(signer.Area)!;
        Assert.Equal(area.Encoded.ToArray(), signer.Area);
        Assert.Equal(hash == TpmAlgorithm.Sha1 ? "signs with Sha1" : null, AttestationKeyRule.FindFault(area));
        TpmKey key = TpmKey.FromPublicArea(area)!;
        foreach (PcrBank[] quoted in (PcrBank[][])[[Banks[0]], [Banks[1]], [Banks[2]], [Banks[1], Banks[0]], Banks])
        {
            byte[] attest = Attest(quoted, hash);
            byte[] signature = signer.Sign(attest);
            Assert.True(QuoteVerifier.Verify(attest, signature, key, Nonce, Banks).Result.Accepted);
            signature[^1] ^= 1;
            Assert.Equal(AttestationReason.QuoteSignature, QuoteVerifier.Verify(attest, signature, key, Nonce, Banks).Result.Reason);
        }
    }

    [Fact]
    public void Each_field_broken_has_its_reason()
    {
        using var signer = new Signer(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256, 0);
        TpmKey key = TpmKey.FromPublicArea(TpmtPublic.TryParse(signer.Area)!)!;
        byte[] attest = Attest([Banks[1]], TpmAlgorithm.Sha256);
        byte[] good = signer.Sign(attest);
        Assert.True(QuoteVerifier.Verify(attest, good, key, Nonce, Banks).Result.Accepted);

        // Magic and type: another statement, though signed.
        Assert.Equal(AttestationReason.NotAQuote, Signed([0, .. attest[1..]]));
        Assert.Equal(AttestationReason.NotAQuote, Signed([.. attest[..5], 0x1A, .. attest[6..]]));
        Assert.Equal(AttestationReason.Malformed, Signed([.. attest, 0]));
        Assert.Equal(AttestationReason.Malformed, Signed(attest[..^1]));
        // Nonce, PCR digest, selection, PCR values.
        Assert.Equal(AttestationReason.Nonce, QuoteVerifier.Verify(attest, good, key, [1, 2], Banks).Result.Reason);
        Assert.Equal(AttestationReason.PcrDigest, Signed([.. attest[..^1], (byte)(attest[^1] ^ 1)]));
        Assert.Equal(AttestationReason.PcrDigest, QuoteVerifier.Verify(attest, good, key, Nonce, [Bank(TpmAlgorithm.Sha256, 1)]).Result.Reason);
        Assert.Equal(AttestationReason.PcrDigest, QuoteVerifier.Verify(attest, good, key, Nonce, [Banks[0]]).Result.Reason);
        Assert.Equal(AttestationReason.PcrDigest, Signed(Attest([Banks[1], Banks[0]], TpmAlgorithm.Sha256, order: [Banks[0], Banks[1]])));
        Assert.Equal(AttestationReason.Malformed, Signed(Attest([Banks[1], Banks[1]], TpmAlgorithm.Sha256)));
        // Signature: format, scheme, hash, key.
        Assert.Equal(AttestationReason.Malformed, QuoteVerifier.Verify(attest, good.AsSpan()[..^1], key, Nonce, Banks).Result.Reason);
        Assert.Equal(AttestationReason.Malformed, QuoteVerifier.Verify(attest, [0, 0x10, .. good[2..]], key, Nonce, Banks).Result.Reason);
        Assert.Equal(AttestationReason.QuoteSignature, QuoteVerifier.Verify(attest, [0, 0x16, .. good[2..]], key, Nonce, Banks).Result.Reason);
        Assert.Equal(AttestationReason.QuoteSignature, QuoteVerifier.Verify(attest, [.. good[..3], 0x0C, .. good[4..]], key, Nonce, Banks).Result.Reason);
        using var other = new Signer(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256, 256);
        Assert.Equal(AttestationReason.QuoteSignature, QuoteVerifier.Verify(attest, other.Sign(attest), key, Nonce, Banks).Result.Reason);

        AttestationReason Signed(byte[] bytes) => QuoteVerifier.Verify(bytes, signer.Sign(bytes), key, Nonce, Banks).Result.Reason;
    }

    private static PcrBank Bank(TpmAlgorithm algorithm, byte first = 0) =>
        new(algorithm, [.. Enumerable.Range(0, 24).Select(i => KeyValuePair.Create(i, (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)(i + first), algorithm.DigestSize()).ToArray()))]);

    private static byte[] Attest(PcrBank[] quoted, TpmAlgorithm hash, PcrBank[]? order = null)
    {
        byte[] digest = hash.Hash([.. (order ?? quoted).SelectMany(bank => bank.Concatenate(bank.Pcrs))]);
        return TpmsAttest.Encode([0, 0x0B, .. new byte[32]], Nonce, new TpmClockInfo(5, 6, 7, true), 8, [.. quoted.Select(bank => new PcrSelection(bank.Algorithm, bank.Pcrs))], digest);
    }

    private sealed class Signer : IDisposable
    {
        private readonly TpmAlgorithm _scheme;
        private readonly TpmAlgorithm _hash;
        private readonly int _salt;
        private readonly ECDsa? _ec;

        internal Signer(TpmAlgorithm scheme, TpmAlgorithm hash, int sizeOrSalt)
        {
            (_scheme, _hash, _salt) = (scheme, hash, sizeOrSalt);
            TpmWriter writer = new TpmWriter().Algorithm(scheme == TpmAlgorithm.EcDsa ? TpmAlgorithm.Ecc : TpmAlgorithm.Rsa).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)Attributes).Sized([])
                .Algorithm(TpmAlgorithm.Null).Algorithm(scheme).Algorithm(hash);
            if (scheme == TpmAlgorithm.EcDsa)
            {
                _ec = ECDsa.Create(sizeOrSalt switch { 256 => ECCurve.NamedCurves.nistP256, 384 => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
                ECPoint point = _ec.ExportParameters(false).Q;
                Area = writer.UInt16(sizeOrSalt switch { 256 => 3, 384 => 4, _ => 5 }).Algorithm(TpmAlgorithm.Null).Sized(point.X).Sized(point.Y).ToArray();
            }
            else Area = writer.UInt16(2048).UInt32(0).Sized(Rsa.ExportParameters(false).Modulus).ToArray();
        }

        internal byte[] Area { get; }

        internal byte[] Sign(byte[] message)
        {
            HashAlgorithmName name = _hash.ToHashName()!.Value;
            if (_ec is not null) return TpmtSignature.EncodeEcdsa(_hash, _ec.SignData(message, name, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            byte[] signature = _scheme == TpmAlgorithm.RsaSsa ? Rsa.SignData(message, name, RSASignaturePadding.Pkcs1)
                : _salt == _hash.DigestSize() ? Rsa.SignData(message, name, RSASignaturePadding.Pss)
                : SignWithSalt(name, CryptographicOperations.HashData(name, message));
            return new TpmWriter().Algorithm(_scheme).Algorithm(_hash).Sized(signature).ToArray();
        }

        // EMSA-PSS (RFC 8017 section 9.1.1) by hand: the platform's salts have the digest's size.
        private byte[] SignWithSalt(HashAlgorithmName name, byte[] digest)
        {
            byte[] salt = RandomNumberGenerator.GetBytes(_salt);
            byte[] hash = CryptographicOperations.HashData(name, [.. new byte[8], .. digest, .. salt]);
            byte[] block = [.. new byte[256 - hash.Length - 2 - salt.Length], 1, .. salt];
            byte[] mask = [.. Enumerable.Range(0, 8).SelectMany(counter => CryptographicOperations.HashData(name, [.. hash, 0, 0, 0, (byte)counter]))];
            for (int i = 0; i < block.Length; i++) block[i] ^= mask[i];
            block[0] &= 0x7F;
            RSAParameters key = Rsa.ExportParameters(true);
            var number = BigInteger.ModPow(Number([.. block, .. hash, 0xBC]), Number(key.D!), Number(key.Modulus!));
            byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[256 - bytes.Length], .. bytes];

            static BigInteger Number(byte[] value) => new(value, isUnsigned: true, isBigEndian: true);
        }

        public void Dispose() => _ec?.Dispose();
    }
}
