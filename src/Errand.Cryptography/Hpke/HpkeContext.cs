using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>An encryption context in base mode (RFC 9180 sections 5.1 and 5.2): one key, nonces counted upwards.</summary>
/// <remarks>Not thread-safe. A context either seals or opens: the side that made it says which.</remarks>
internal sealed class HpkeContext : IDisposable
{
    internal const int TagSize = 16;
    internal const int NonceSize = 12;
    internal const int SecretSize = 32;
    private const byte ModeBase = 0x00;

    private readonly HpkeSuite _suite;
    private readonly bool _isSender;
    private readonly byte[] _suiteId;
    private readonly byte[] _key;
    private readonly byte[] _baseNonce = new byte[NonceSize];
    private readonly byte[] _exporterSecret = GC.AllocateArray<byte>(LabeledHkdf.ExtractSize, pinned: true);
    private ulong _sequence;

    /// <summary>KeySchedule(mode_base, shared_secret, info, "", "").</summary>
    private HpkeContext(HpkeSuite suite, bool isSender, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info)
    {
        _suite = suite;
        _isSender = isSender;
        _suiteId = new byte[4 + HpkeSuite.Size];
        "HPKE"u8.CopyTo(_suiteId);
        suite.CopyTo(_suiteId.AsSpan(4));
        _key = GC.AllocateArray<byte>(suite.AeadKeySize, pinned: true);

        Span<byte> scheduleContext = stackalloc byte[1 + 2 * LabeledHkdf.ExtractSize];
        scheduleContext[0] = ModeBase;
        LabeledHkdf.Extract(_suiteId, [], "psk_id_hash"u8, [], scheduleContext.Slice(1, LabeledHkdf.ExtractSize));
        LabeledHkdf.Extract(_suiteId, [], "info_hash"u8, info, scheduleContext[(1 + LabeledHkdf.ExtractSize)..]);
        Span<byte> secret = stackalloc byte[LabeledHkdf.ExtractSize];
        try
        {
            LabeledHkdf.Extract(_suiteId, sharedSecret, "secret"u8, [], secret);
            LabeledHkdf.Expand(_suiteId, secret, "key"u8, scheduleContext, _key);
            LabeledHkdf.Expand(_suiteId, secret, "base_nonce"u8, scheduleContext, _baseNonce);
            LabeledHkdf.Expand(_suiteId, secret, "exp"u8, scheduleContext, _exporterSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>SetupBaseS with the KEM's randomness given: the caller's must be fresh.</summary>
    internal static HpkeContext SetupSender(HpkePublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> randomness, Span<byte> enc)
    {
        Span<byte> shared = stackalloc byte[SecretSize];
        try
        {
            bool encapsulated = recipient.Suite.Kem switch
            {
                HpkeKem.X25519HkdfSha256 => DhKemX25519.TryEncapsulate(recipient.Key, randomness, enc, shared),
                HpkeKem.XWing => XWingKem.TryEncapsulate(recipient.Key, randomness, enc, shared),
                _ => throw new InvalidOperationException($"No KEM {recipient.Suite.Kem}."),
            };
            // HpkePublicKey holds valid keys only, so this cannot fail for content.
            if (!encapsulated) throw new UnreachableException("A valid public key was refused by its KEM.");
            return new HpkeContext(recipient.Suite, isSender: true, shared, info);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    /// <summary>SetupBaseR; null when the encapsulated key is refused.</summary>
    internal static HpkeContext? TrySetupRecipient(HpkePrivateKey key, ReadOnlySpan<byte> info, ReadOnlySpan<byte> enc)
    {
        Span<byte> shared = stackalloc byte[SecretSize];
        try
        {
            return key.TryDecapsulate(enc, shared) ? new HpkeContext(key.PublicKey.Suite, isSender: false, shared, info) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    /// <summary>Seals the next message: ciphertext, then tag. <paramref name="sealedMessage"/> is <see cref="TagSize"/> longer than the plaintext.</summary>
    internal void Seal(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Span<byte> sealedMessage)
    {
        if (!_isSender) throw new InvalidOperationException("A recipient's context does not seal: it would use the sender's nonces again.");
        Span<byte> nonce = stackalloc byte[NonceSize];
        ComputeNonce(nonce);
        Span<byte> ciphertext = sealedMessage[..plaintext.Length];
        Span<byte> tag = sealedMessage[plaintext.Length..];
        if (_suite.Aead == HpkeAead.ChaCha20Poly1305)
        {
            using var chaCha = new ChaCha20Poly1305(_key);
            chaCha.Encrypt(nonce, plaintext, ciphertext, tag, aad);
        }
        else
        {
            using var aes = new AesGcm(_key, TagSize);
            aes.Encrypt(nonce, plaintext, ciphertext, tag, aad);
        }
        _sequence++;
    }

    /// <summary>Opens the next message; false, with the buffer cleared and the sequence unchanged, when its tag is wrong.</summary>
    internal bool TryOpen(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> sealedMessage, Span<byte> plaintext)
    {
        if (_isSender) throw new InvalidOperationException("A sender's context does not open.");
        if (sealedMessage.Length < TagSize || sealedMessage.Length - TagSize != plaintext.Length) return false;
        Span<byte> nonce = stackalloc byte[NonceSize];
        ComputeNonce(nonce);
        ReadOnlySpan<byte> ciphertext = sealedMessage[..plaintext.Length];
        ReadOnlySpan<byte> tag = sealedMessage[plaintext.Length..];
        try
        {
            if (_suite.Aead == HpkeAead.ChaCha20Poly1305)
            {
                using var chaCha = new ChaCha20Poly1305(_key);
                chaCha.Decrypt(nonce, ciphertext, tag, plaintext, aad);
            }
            else
            {
                using var aes = new AesGcm(_key, TagSize);
                aes.Decrypt(nonce, ciphertext, tag, plaintext, aad);
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        _sequence++;
        return true;
    }

    /// <summary>Export(exporter_context, L) with L the length of <paramref name="exported"/> (RFC 9180 section 5.3).</summary>
    internal void Export(ReadOnlySpan<byte> exporterContext, Span<byte> exported) =>
        LabeledHkdf.Expand(_suiteId, _exporterSecret, "sec"u8, exporterContext, exported);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_baseNonce);
        CryptographicOperations.ZeroMemory(_exporterSecret);
    }

    /// <summary>base_nonce XOR I2OSP(seq, 12).</summary>
    /// <remarks>A nonce repeats for no key: the key comes from a fresh encapsulation, and the sequence throws before it wraps.</remarks>
    private void ComputeNonce(Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[(NonceSize - sizeof(ulong))..], _sequence);
        for (int i = 0; i < NonceSize; i++) nonce[i] ^= _baseNonce[i];
    }
}
