using System.Buffers.Binary;

namespace Errand.Attestation.Tests;

/// <summary>Builds small firmware images: zero bytes, metadata, and a table of GUIDed entries that ends 32 bytes before the end.</summary>
internal sealed class FirmwareImage
{
    internal const uint ResetAddress = 0x0080_B004;
    internal const uint HashTableAddress = 0x0081_0C00;

    private const int MetadataFromEnd = 2048;
    private const int TdxFromEnd = 3072;

    private static readonly Guid Footer = new("96b582de-1fb2-45f7-baea-a366c55a082d");
    private readonly byte[] _bytes;

    internal FirmwareImage(int size = 8192)
    {
        _bytes = new byte[size];
        for (int i = 0; i < size / 2; i++) _bytes[i] = (byte)(i & 0xFF);
    }

    internal List<(Guid Name, byte[] Data)> Entries { get; } = [];

    /// <summary>An image for SEV-SNP with all kinds of sections.</summary>
    internal static FirmwareImage Sev(bool withHashes = true, bool withReset = true)
    {
        var image = new FirmwareImage();
        if (withHashes) image.Entries.Add((new("7255371f-3a3b-4b04-927b-1da6efa8d454"), [.. Word(HashTableAddress), .. Word(0x400)]));
        if (withReset) image.Entries.Add((new("00f771de-1a7e-4fcb-890e-68c77e2fb44e"), Word(ResetAddress)));
        image.AddSevMetadata([(0x800000, 0x2000, 1), (0x80D000, 0x1000, 2), (0x80E000, 0x1000, 3), (0x80F000, 0x1000, 4), .. withHashes ? [(0x810000u, 0x1000u, 0x10u)] : Array.Empty<(uint, uint, uint)>()]);
        return image;
    }

    internal void AddSevMetadata(params (uint Address, uint Size, uint Kind)[] sections)
    {
        Entries.Add((new("dc886566-984a-4798-a75e-5585a7bf67cc"), Word(MetadataFromEnd)));
        byte[] metadata = [.. "ASEV"u8, .. Word(16 + (12 * (uint)sections.Length)), .. Word(1), .. Word((uint)sections.Length), .. sections.SelectMany(section => (byte[])[.. Word(section.Address), .. Word(section.Size), .. Word(section.Kind)])];
        metadata.CopyTo(_bytes, _bytes.Length - MetadataFromEnd);
    }

    internal void AddTdxMetadata(params (uint Offset, uint DataSize, ulong Address, ulong Size, uint Kind, uint Attributes)[] sections)
    {
        Entries.Add((new("e47a6535-984a-4798-865e-4685a7bf8ec2"), Word(TdxFromEnd)));
        byte[] metadata =
        [
            .. "TDVF"u8, .. Word(16 + (32 * (uint)sections.Length)), .. Word(1), .. Word((uint)sections.Length),
            .. sections.SelectMany(section => (byte[])[.. Word(section.Offset), .. Word(section.DataSize), .. Long(section.Address), .. Long(section.Size), .. Word(section.Kind), .. Word(section.Attributes)]),
        ];
        metadata.CopyTo(_bytes, _bytes.Length - TdxFromEnd);
    }

    /// <summary>The image, after changes counted from its end.</summary>
    internal byte[] Make(params (int FromEnd, byte Value)[] changes)
    {
        byte[] image = [.. _bytes];
        byte[] table = [.. Entries.SelectMany(entry => (byte[])[.. entry.Data, .. Half(entry.Data.Length + 18), .. entry.Name.ToByteArray()])];
        table = [.. table, .. Half(table.Length + 18), .. Footer.ToByteArray()];
        table.CopyTo(image, image.Length - 32 - table.Length);
        foreach ((int fromEnd, byte value) in changes) image[^fromEnd] = value;
        return image;
    }

    internal static byte[] Word(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    internal static byte[] Long(ulong value) => [.. Word((uint)(value & 0xFFFF_FFFF)), .. Word((uint)(value >> 32))];

    private static byte[] Half(int value) => [(byte)(value & 0xFF), (byte)(value >> 8 & 0xFF)];
}
