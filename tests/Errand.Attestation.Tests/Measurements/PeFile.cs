namespace Errand.Attestation.Tests;

/// <summary>Builds a small PE32+ image that is a bzImage too: headers of 1024 bytes, two sections, bytes after them, and a certificate table.</summary>
internal static class PeFile
{
    internal const int NewHeader = 0x40;
    internal const int Optional = NewHeader + 24;
    internal const int Checksum = Optional + 64;
    internal const int CertificateEntry = Optional + 112 + (4 * 8);
    internal const int SectionTable = Optional + 112 + (16 * 8);
    internal const int HeadersSize = 1024;
    internal const int FirstSection = HeadersSize + 256, SecondSection = HeadersSize, SectionSize = 256;
    internal const int Trailing = 40;

    internal static byte[] Make(int signature, Action<byte[]>? change = null)
    {
        var image = new byte[HeadersSize + (2 * SectionSize) + Trailing + signature];
        for (int i = HeadersSize; i < image.Length; i++) image[i] = (byte)(i * 7 & 0xFF);
        "MZ"u8.CopyTo(image);
        Put(image, 0x3C, NewHeader);
        "PE\0\0"u8.CopyTo(image.AsSpan(NewHeader));
        image[NewHeader + 6] = 2; // sections
        image[NewHeader + 20] = 112 + (16 * 8); // size of the optional header
        image[Optional] = 0x0B;
        image[Optional + 1] = 2;
        Put(image, Optional + 60, HeadersSize);
        Put(image, Checksum, 0x12345678);
        Put(image, Optional + 108, 16);
        if (signature != 0)
        {
            Put(image, CertificateEntry, (uint)(image.Length - signature));
            Put(image, CertificateEntry + 4, (uint)signature);
        }
        // In the table the later section comes first.
        Put(image, SectionTable + 16, SectionSize);
        Put(image, SectionTable + 20, FirstSection);
        Put(image, SectionTable + 40 + 16, SectionSize);
        Put(image, SectionTable + 40 + 20, SecondSection);
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        image[0x206] = 0x0F;
        image[0x207] = 0x02;
        change?.Invoke(image);
        return image;
    }

    internal static void Put(byte[] image, int offset, uint value) => FirmwareImage.Word(value).CopyTo(image, offset);
}
