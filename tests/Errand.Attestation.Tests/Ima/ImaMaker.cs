using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>Makes measurement lists as the kernel writes them.</summary>
internal static class ImaMaker
{
    public static byte[] Ng(string path, byte[] digest, string hash = "sha256", uint pcr = 10, string template = "ima-ng", params byte[][] more) =>
        Entry(pcr, template, [Prefix(hash, digest), [.. Encoding.UTF8.GetBytes(path), 0], .. more]);

    public static byte[] Prefix(string hash, byte[] digest) => [.. Encoding.ASCII.GetBytes(hash + ":"), 0, .. digest];

    public static byte[] Entry(uint pcr, string template, params byte[][] fields)
    {
        byte[] data = Data(fields);
        return [.. LogMaker.UInt32(pcr), .. TpmAlgorithm.Sha1.Hash(data), .. LogMaker.UInt32((uint)template.Length), .. Encoding.ASCII.GetBytes(template), .. LogMaker.UInt32((uint)data.Length), .. data];
    }

    public static byte[] Violation(string path)
    {
        byte[] entry = Ng(path, new byte[32]);
        entry.AsSpan(4, 20).Clear();
        return entry;
    }

    public static byte[] Original(string path, byte[] digest)
    {
        byte[] hashed = [.. digest, .. Encoding.ASCII.GetBytes(path), .. new byte[Math.Max(0, 256 - path.Length)]];
        return [.. LogMaker.UInt32(10), .. TpmAlgorithm.Sha1.Hash(hashed), .. LogMaker.UInt32(3), .. "ima"u8, .. digest, .. LogMaker.UInt32((uint)path.Length), .. Encoding.ASCII.GetBytes(path)];
    }

    public static byte[] Data(params byte[][] fields) => [.. fields.SelectMany(field => (byte[])[.. LogMaker.UInt32((uint)field.Length), .. field])];
}
