using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Key ids of signed notes: the first four bytes of SHA-256(name || 0x0A || type || public key), big-endian.</summary>
internal static class NoteKeyId
{
    internal static uint Of(string name, byte type, PublicKey key)
    {
        byte[] input = [.. Encoding.UTF8.GetBytes(name), 0x0A, type, .. key.Value.ToArray()];
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input));
    }
}
