using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Errand.Client;

namespace Errand.Node.Tests;

/// <summary>A process that keeps one snapshot after the other until it is killed.</summary>
internal static class SnapshotWriter
{
    internal const string Argument = "--write-snapshots";

    private const int BlockSize = 1 << 16, Blocks = 12, ExtraSize = 3_000;

    /// <summary>Writes from a position on; says so on each one that is kept.</summary>
    public static int Run(string folder, long from)
    {
        var snapshots = new SnapshotFolder(folder);
        for (long position = from; ; position++)
        {
            byte[] extra = Bytes(position, -1)[..ExtraSize];
            if (!snapshots.TrySave(position, stream => Write(stream, position), extra, SHA256.HashData(extra))) return 1;
            Console.WriteLine(position);
        }
    }

    public static Process Start(string folder, long from) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Argument, folder, from.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;

    /// <summary>True when all of a position is there, as it was written.</summary>
    public static bool IsWhole(SnapshotFolder folder, long position)
    {
        using FileStream? snapshot = folder.Open(position);
        if (snapshot is null || folder.ReadExtra(position) is not { } extra || folder.ReadNote(position) is not { } note) return false;
        using var expected = new MemoryStream();
        Write(expected, position);
        var read = new byte[snapshot.Length];
        snapshot.ReadExactly(read);
        return read.AsSpan().SequenceEqual(expected.ToArray()) && extra.AsSpan().SequenceEqual(Bytes(position, -1).AsSpan(0, ExtraSize)) && note.AsSpan().SequenceEqual(SHA256.HashData(extra));
    }

    private static void Write(Stream stream, long position)
    {
        for (int block = 0; block < Blocks; block++) stream.Write(Bytes(position, block));
    }

    private static byte[] Bytes(long position, int block)
    {
        var bytes = new byte[BlockSize];
        for (int at = 0; at < bytes.Length; at += sizeof(long)) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), unchecked(position * 1_000_003 + block * 7919 + at));
        return bytes;
    }
}
