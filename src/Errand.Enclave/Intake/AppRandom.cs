using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>
/// The key of an app's randomness: HKDF-SHA-256 (RFC 5869) over all content keys in the order of the task, salt "errand/random/v1",
/// info task id. Nobody without all keys can compute it, and every attempt at the task has the same.
/// </summary>
internal static class AppRandom
{
    /// <summary>Derives the key: 32 pinned bytes, which the caller zeroes.</summary>
    public static byte[] DeriveKey(TaskId task, IReadOnlyList<ContentKey> keys)
    {
        byte[] material = GC.AllocateArray<byte>(keys.Count * ContentKey.Size, pinned: true);
        byte[] derived = GC.AllocateArray<byte>(DeterministicRandom.KeySize, pinned: true);
        try
        {
            for (int i = 0; i < keys.Count; i++) keys[i].DangerousExport(material.AsSpan(i * ContentKey.Size, ContentKey.Size));
            HKDF.DeriveKey(HashAlgorithmName.SHA256, material, derived, Encoding.ASCII.GetBytes(Tags.AppRandom), task.Value.ToArray());
            return derived;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }
}
