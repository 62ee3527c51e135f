using CsCheck;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class SealedFileHeaderTests
{
    private static readonly byte[] Key = Sample.KeyBytes();
    private static readonly byte[] Salt = Sample.Bytes(32, 3);

    [Fact]
    public void Parsed_header_gives_the_fields_and_the_bytes_received()
    {
        byte[] encoded = ReferenceSealer.Header(Key, Salt, 65_536, 1L << 40, [1, 2], [3]);
        SealedFileHeader? header = SealedFileHeader.TryParse(encoded);
        Assert.NotNull(header);
        Assert.Equal(65_536, header.ChunkSize);
        Assert.Equal(1L << 40, header.PlaintextLength);
        Assert.Equal(Salt, header.Salt.ToArray());
        Assert.Equal([[1, 2], [3]], header.Recipients.Select(recipient => recipient.ToArray()));
        Assert.Equal(encoded, header.Encoded.ToArray());
        Assert.Equal(1L << 24, header.ChunkCount);
        Assert.Equal(encoded.Length + (1L << 40) + (16L << 24), header.CiphertextLength);
    }

    [Fact]
    public void Sizes_and_offsets_tile_the_file_without_gap_or_overlap()
    {
        Gen.Select(Gen.Int[12, 20], Gen.Long[0, 1L << 22]).Sample((bits, length) =>
        {
            SealedFileHeader header = SealedFileHeader.TryParse(ReferenceSealer.Header(Key, Salt, 1 << bits, length))!;
            long offset = header.Size, plain = 0;
            for (long chunk = 0; chunk < header.ChunkCount; chunk++)
            {
                if (header.ChunkOffset(chunk) != offset || header.SealedChunkSize(chunk) != header.PlainChunkSize(chunk) + 16) return false;
                offset += header.SealedChunkSize(chunk);
                plain += header.PlainChunkSize(chunk);
            }
            return plain == length && offset == header.CiphertextLength;
        }, iter: 300);
    }

    [Fact]
    public void Largest_header_the_format_can_hold_lies_below_the_bound()
    {
        byte[][] recipients = [.. Enumerable.Repeat(new byte[SealedFormat.RecipientSizeMax], SealedFormat.RecipientCountMax)];
        byte[] encoded = ReferenceSealer.Header(Key, Salt, SealedFormat.ChunkSizeMax, SealedFormat.PlaintextLengthMax, recipients);
        Assert.NotNull(SealedFileHeader.TryParse(encoded));
        Assert.InRange(encoded.Length, SealedFormat.HeaderSizeMax - 8192, SealedFormat.HeaderSizeMax);
    }

    [Fact]
    public void Every_deviation_from_the_one_form_is_refused()
    {
        byte[] good = ReferenceSealer.Header(Key, Salt, 4096, 10);
        Assert.NotNull(SealedFileHeader.TryParse(good));
        Refused(good[..^1]);
        Refused([.. good, 0]);
        Refused(Edit(good, 0, (byte)'e'));                       // magic
        Refused(Edit(good, 8, 1));                               // size beyond the bound
        Refused(Edit(good, 11, (byte)(good[11] - 1)));           // size shorter than the map
        Refused(Edit(good, 12, 0xA4));                           // map of four
        Refused(Edit(good, 12, 0xA6));                           // map of six
        Refused(Edit(good, 14, 2));                              // version
        Refused(Edit(good, 13, 1));                              // key twice
        Refused(ReferenceSealer.Header(Key, Salt, 0, 10));
        Refused(ReferenceSealer.Header(Key, Salt, 2048, 10));
        Refused(ReferenceSealer.Header(Key, Salt, 4097, 10));
        Refused(ReferenceSealer.Header(Key, Salt, 12_288, 10));
        Refused(ReferenceSealer.Header(Key, Salt, 2 << 20, 10));
        Refused(ReferenceSealer.Header(Key, Salt, 4096, (1L << 48) + 1));
        Refused(ReferenceSealer.Header(Key, Salt, 4096, long.MaxValue));
        Refused(ReferenceSealer.Header(Key, Salt[..31], 4096, 10));
        Refused(ReferenceSealer.HeaderWith(new byte[33], Salt, 4096, 10));
        Refused(ReferenceSealer.Header(Key, Salt, 4096, 10, [[]]));
        Refused(ReferenceSealer.Header(Key, Salt, 4096, 10, new byte[SealedFormat.RecipientSizeMax + 1]));
        Refused(ReferenceSealer.Header(Key, Salt, 4096, 10, [.. Enumerable.Repeat(new byte[1], 65)]));
        Refused(Resize([.. Edit(good, 12, 0xA6), 5, 0x80]));     // an empty list of recipients: a second form of none
        Refused(Resize([.. Edit(good, 12, 0xA6), 5, 0x81, 0x61, 0x41])); // text instead of bytes
        Refused(Resize([.. Edit(good, 12, 0xA6), 6, 0]));        // unknown field

        static void Refused(byte[] header) => Assert.Null(SealedFileHeader.TryParse(header));
    }

    [Fact]
    public void Any_bytes_are_refused_or_are_the_one_form_of_what_they_say()
    {
        byte[] good = ReferenceSealer.Header(Key, Salt, 4096, 70_000, [9, 9]);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length - 1], Gen.Byte).Sample((i, x, j, y) =>
        {
            byte[] changed = Edit(Edit(good, i, x), j, y);
            SealedFileHeader? header = SealedFileHeader.TryParse(changed);
            return header is null || ReferenceSealer.HeaderWith(header.KeyCommitment.ToArray(), header.Salt.ToArray(), header.ChunkSize, header.PlaintextLength,
                [.. header.Recipients.Select(recipient => recipient.ToArray())]).AsSpan().SequenceEqual(changed);
        }, iter: 5_000);
    }

    [Fact]
    public void Size_is_read_from_the_prefix_alone_and_bounded()
    {
        Assert.True(SealedFileHeader.TryReadSize([.. SealedFormat.Magic, 0, 0, 0, 100], out int size));
        Assert.Equal(112, size);
        Assert.True(SealedFileHeader.TryReadSize([.. SealedFormat.Magic, 0, 3, 0xFF, 0xF4], out size));
        Assert.Equal(SealedFormat.HeaderSizeMax, size);
        Assert.False(SealedFileHeader.TryReadSize([.. SealedFormat.Magic, 0, 3, 0xFF, 0xF5], out _));
        Assert.False(SealedFileHeader.TryReadSize([.. SealedFormat.Magic, 0xFF, 0xFF, 0xFF, 0xFF], out _));
        Assert.False(SealedFileHeader.TryReadSize([.. SealedFormat.Magic, 0, 0, 0], out _));
        Assert.False(SealedFileHeader.TryReadSize(new byte[12], out _));
    }

    private static byte[] Edit(byte[] bytes, int offset, byte value)
    {
        byte[] changed = [.. bytes];
        changed[offset] = value;
        return changed;
    }

    private static byte[] Resize(byte[] header)
    {
        header[11] = (byte)(header.Length - SealedFormat.PrefixSize);
        return header;
    }
}
