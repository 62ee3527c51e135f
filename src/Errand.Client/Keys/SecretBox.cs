using System.Security.Cryptography;
using System.Text;
using Errand.Primitives;
using NSec.Cryptography;

namespace Errand.Client;

/// <summary>Seals the secrets of one key store: AES-256-GCM under a key that Argon2id makes from the passphrase.</summary>
/// <remarks>
/// <code>
/// nonce        12 bytes, random: a store holds thousands of secrets, 2^32 would be the bound of NIST SP 800-38D section 8.3
/// ciphertext   as long as the secret
/// tag          16 bytes
/// </code>
/// Associated data is H("errand/keystore/v1", salt, name): a secret opens under its own name and in its own store only.
/// </remarks>
internal sealed class SecretBox : IDisposable
{
    internal const int NonceSize = 12, TagSize = 16, KeySize = 32, Overhead = NonceSize + TagSize;

    private readonly byte[] _key = GC.AllocateArray<byte>(KeySize, pinned: true);
    private readonly byte[] _salt;

    /// <summary>Derives the key: about 19 MiB and 40 ms at the default parameters.</summary>
    internal SecretBox(ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt, int memoryKib, int passes)
    {
        _salt = salt.ToArray();
        byte[] utf8 = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(passphrase), pinned: true);
        try
        {
            Encoding.UTF8.GetBytes(passphrase, utf8);
            var parameters = new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memoryKib, NumberOfPasses = passes };
            PasswordBasedKeyDerivationAlgorithm.Argon2id(in parameters).DeriveBytes(utf8, salt, _key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
        }
    }

    internal byte[] Seal(string name, ReadOnlySpan<byte> secret)
    {
        var box = new byte[Overhead + secret.Length];
        Span<byte> nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, secret, box.AsSpan(NonceSize, secret.Length), box.AsSpan(NonceSize + secret.Length), AssociatedData(name));
        return box;
    }

    /// <summary>Opens a box; null when it is malformed, damaged, of another name or of another passphrase. The caller zeroes the secret.</summary>
    internal byte[]? TryOpen(string name, ReadOnlySpan<byte> box)
    {
        if (box.Length < Overhead) return null;
        byte[] secret = GC.AllocateArray<byte>(box.Length - Overhead, pinned: true);
        using var aes = new AesGcm(_key, TagSize);
        try
        {
            aes.Decrypt(box[..NonceSize], box[NonceSize..^TagSize], box[^TagSize..], secret, AssociatedData(name));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private byte[] AssociatedData(string name) => new TaggedHash(Tags.KeyStore).Add(_salt).Add(name).ToBytes64();
}
