using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation;

/// <summary>The table of SHA-256 hashes of command line, initrd and kernel that QEMU makes (target/i386/sev.c) and OVMF's blob verifier reads.</summary>
internal static class SevHashTable
{
    private const int HeaderSize = 16 + sizeof(ushort);
    private const int EntrySize = HeaderSize + SHA256.HashSizeInBytes;
    private const int Length = HeaderSize + (3 * EntrySize);

    /// <summary>The table padded to 16 bytes.</summary>
    internal const int Size = (Length + 15) & ~15;

    private static readonly Guid Table = new("9438d606-4f22-4cc9-b479-a793d411fd21");
    private static readonly Guid CommandLine = new("97d02dd8-bd20-4c94-aa78-e7714d36ab2a");
    private static readonly Guid Initrd = new("44baf731-3a2f-4bd7-9af1-41e29169781d");
    private static readonly Guid Kernel = new("4de79437-abd2-427f-b835-d5b172d2045b");

    internal static byte[] Make(DirectBoot boot)
    {
        var table = new byte[Size];
        WriteHeader(table, Table, Length);
        // QEMU hashes the command line with the NUL at its end, also when there is none.
        WriteEntry(table, 0, CommandLine, [.. Encoding.UTF8.GetBytes(boot.CommandLine), 0]);
        WriteEntry(table, 1, Initrd, boot.Initrd.Span);
        WriteEntry(table, 2, Kernel, boot.Kernel.Span);
        return table;
    }

    private static void WriteEntry(Span<byte> table, int index, Guid name, ReadOnlySpan<byte> content)
    {
        Span<byte> entry = table.Slice(HeaderSize + (index * EntrySize), EntrySize);
        WriteHeader(entry, name, EntrySize);
        SHA256.HashData(content, entry[HeaderSize..]);
    }

    private static void WriteHeader(Span<byte> destination, Guid name, int length)
    {
        name.TryWriteBytes(destination);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[16..], (ushort)length);
    }
}
