using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;

namespace Errand.Client;

/// <summary>The content key of a seal that is under way, kept in the key store until its file is whole: an interrupted one goes on with it.</summary>
/// <remarks>
/// <code>
/// name     "unfinished-" and 32 hexadecimal digits of SHA-256(full path of the sealed file)
/// secret   content key, 32 bytes || mark of what is sealed, 16 bytes: see ClearSource
/// </code>
/// Going on with a clear file that has changed would seal other bytes under nonces that may have been used. What is still there is compared
/// chunk by chunk; length and time tell of changes behind it.
/// </remarks>
internal sealed class UnfinishedSeal(KeyStore store, string sealedFile, ClearSource clear)
{
    private const int MarkSize = 16, Size = ContentKey.Size + MarkSize;

    private readonly string _name = "unfinished-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(sealedFile)))).AsSpan(0, 32).ToString();

    /// <summary>The key of the seal that was interrupted here; null when there is none, or the clear file is not the one of then.</summary>
    internal ContentKey? Find()
    {
        if (!store.TryGetSecret(_name, out byte[] secret)) return null;
        try
        {
            return secret.Length == Size && secret.AsSpan(ContentKey.Size).SequenceEqual(clear.Mark) ? ContentKey.FromBytes(secret.AsSpan(0, ContentKey.Size)) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>A fresh key, kept before anything is sealed with it.</summary>
    internal ContentKey Begin()
    {
        End();
        ContentKey key = ContentKey.Generate();
        Span<byte> secret = stackalloc byte[Size];
        try
        {
            key.DangerousExport(secret[..ContentKey.Size]);
            clear.Mark.CopyTo(secret[ContentKey.Size..]);
            store.PutSecret(_name, secret);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Lets go of the key: the file is whole and its key stands under its content id, or there is nothing to go on with.</summary>
    internal void End() => store.RemoveSecret(_name);
}
