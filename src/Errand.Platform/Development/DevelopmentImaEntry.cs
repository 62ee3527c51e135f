using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Errand.Platform;

/// <summary>Entries of a kernel's measurement list, template ima-ng with SHA-256, as binary_runtime_measurements has them.</summary>
public static class DevelopmentImaEntry
{
    private const string Template = "ima-ng";

    /// <summary>Writes an entry.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="digest">Its SHA-256.</param>
    /// <param name="extended">What goes into the SHA-256 bank: the digest of the template's data.</param>
    public static byte[] Encode(string path, byte[] digest, out byte[] extended)
    {
        byte[] data = [.. Field([.. "sha256:\0"u8, .. digest]), .. Field([.. Encoding.UTF8.GetBytes(path), 0])];
        extended = SHA256.HashData(data);
#pragma warning disable CA5350 // The list's own digests are SHA-1, whatever the banks are.
        return [.. Number(10), .. SHA1.HashData(data), .. Number(Template.Length), .. Encoding.ASCII.GetBytes(Template), .. Number(data.Length), .. data];
#pragma warning restore CA5350
    }

    private static byte[] Field(byte[] content) => [.. Number(content.Length), .. content];

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
