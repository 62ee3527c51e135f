using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation.Tests;

public sealed class PcrCalculatorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public void The_hash_leaves_out_checksum_and_certificates(int signature)
    {
        byte[] image = PeFile.Make(signature);
        byte[] hashed = [.. image[..PeFile.Checksum], .. image[(PeFile.Checksum + 4)..PeFile.CertificateEntry], .. image[(PeFile.CertificateEntry + 8)..^signature]];
        Assert.Equal(SHA256.HashData(hashed), PeImage.TryHash(image, HashAlgorithmName.SHA256));
        Assert.Equal(SHA384.HashData(hashed), PeImage.TryHash(image, HashAlgorithmName.SHA384));
    }

    [Fact]
    public void Signing_does_not_change_the_hash()
    {
        byte[] signed = PeFile.Make(64), plain = PeFile.Make(0);
        Assert.Equal(PeImage.TryHash(plain, HashAlgorithmName.SHA256), PeImage.TryHash(signed, HashAlgorithmName.SHA256));
    }

    [Fact]
    public void An_image_without_an_entry_for_certificates_is_hashed_but_for_its_checksum()
    {
        byte[] image = PeFile.Make(0, bytes => PeFile.Put(bytes, PeFile.Optional + 108, 4));
        Assert.Equal(SHA256.HashData([.. image[..PeFile.Checksum], .. image[(PeFile.Checksum + 4)..]]), PeImage.TryHash(image, HashAlgorithmName.SHA256));
    }

    [Theory]
    [InlineData(0, (uint)'Z')] // no MZ
    [InlineData(0x3C, 0xFFFF_FFF0u)]
    [InlineData(0x3C, 0x44u)]
    [InlineData(PeFile.NewHeader + 4, 0u)] // no section
    [InlineData(PeFile.NewHeader + 4, 0x0061_0000u)] // too many
    [InlineData(PeFile.Optional, 0x30Bu)] // magic
    [InlineData(PeFile.Optional + 60, 0xFFFF_FFFFu)] // headers larger than the file
    [InlineData(PeFile.Optional + 60, 300u)] // headers end before the section table
    [InlineData(PeFile.Optional + 108, 17u)]
    [InlineData(PeFile.CertificateEntry, 0u)] // certificates not at the end
    [InlineData(PeFile.CertificateEntry + 4, 0xFFFF_FFFFu)]
    [InlineData(PeFile.CertificateEntry + 4, 32u)]
    [InlineData(PeFile.SectionTable + 16, 0xFFFF_FFFFu)] // section outside
    [InlineData(PeFile.SectionTable + 20, 0xFFFF_FF00u)]
    [InlineData(PeFile.SectionTable + 20, PeFile.SecondSection + 1u)] // sections overlap
    [InlineData(PeFile.SectionTable + 20, 512u)] // section in the headers
    public void A_damaged_image_has_no_hash(int offset, uint value) =>
        Assert.Null(PeImage.TryHash(PeFile.Make(64, image => PeFile.Put(image, offset, value)), HashAlgorithmName.SHA256));

    [Fact]
    public void No_part_of_an_image_is_one()
    {
        byte[] image = PeFile.Make(64);
        for (int length = 0; length < image.Length; length += 13) Assert.Null(PeImage.TryHash(image.AsSpan(0, length), HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Pcrs_4_and_9_are_replayed_from_the_inputs()
    {
        byte[] kernel = PeFile.Make(0), initrd = "initrd"u8.ToArray();
        PcrBank bank = PcrCalculator.Calculate(new DirectBoot(kernel, initrd, "quiet"), TpmAlgorithm.Sha256, out _)!;
        byte[] pcr4 = Extend(Extend(Extend(new byte[32], PeImage.TryHash(kernel, HashAlgorithmName.SHA256)!), SHA256.HashData("Calling EFI Application from Boot Option"u8)), SHA256.HashData(new byte[4]));
        byte[] pcr9 = Extend(Extend(new byte[32], SHA256.HashData(Encoding.Unicode.GetBytes("quiet initrd=initrd\0"))), SHA256.HashData(initrd));
        Assert.Equal(pcr4, bank[4].ToArray());
        Assert.Equal(pcr9, bank[9].ToArray());
        Assert.Equal([4, 9], bank.Pcrs.Indices());
    }

    [Fact]
    public void Without_an_initrd_only_the_command_line_is_measured()
    {
        PcrBank bank = PcrCalculator.Calculate(new DirectBoot(PeFile.Make(0), default, "quiet"), TpmAlgorithm.Sha256, out _)!;
        Assert.Equal(Extend(new byte[32], SHA256.HashData(Encoding.Unicode.GetBytes("quiet\0"))), bank[9].ToArray());
    }

    [Fact]
    public void A_kernel_that_is_no_image_is_refused()
    {
        Assert.Null(PcrCalculator.Calculate(new DirectBoot(new byte[10], default, ""), TpmAlgorithm.Sha256, out MeasurementError error));
        Assert.Equal(MeasurementError.KernelImage, error);
    }

    // 512 MiB and an initrd of 10,000,000 bytes: (0x20000000 - 0x28000 - 1 - 10000000) rounded down to a page.
    [Theory]
    [InlineData(512UL << 20, 0x1F64_E000u)]
    [InlineData(4096UL << 20, 0x7F64_E000u)]
    public void Qemu_fills_in_the_boot_header(ulong memory, uint address)
    {
        byte[] kernel = PeFile.Make(0), filled = LinuxBootHeader.TryFill(kernel, 10_000_000, memory)!;
        Assert.Equal(0xB0, filled[0x210]);
        Assert.Equal(kernel[0x211] | 0x80, filled[0x211]);
        Assert.Equal(address, BinaryPrimitives.ReadUInt32LittleEndian(filled.AsSpan(0x218)));
        Assert.Equal(10_000_000u, BinaryPrimitives.ReadUInt32LittleEndian(filled.AsSpan(0x21C)));
        Assert.Equal(0xFE00, BinaryPrimitives.ReadUInt16LittleEndian(filled.AsSpan(0x224)));
        Assert.Equal(0x20000u, BinaryPrimitives.ReadUInt32LittleEndian(filled.AsSpan(0x228)));
        Assert.Equal(kernel[..0x210], filled[..0x210]);
        Assert.Equal(kernel[0x22C..], filled[0x22C..]);
    }

    [Fact]
    public void A_kernel_without_a_header_or_an_initrd_that_does_not_fit_is_refused()
    {
        Assert.Null(LinuxBootHeader.TryFill(PeFile.Make(0, image => image[0x202] = 0), 0, 1 << 28));
        Assert.Null(LinuxBootHeader.TryFill(PeFile.Make(0, image => image[0x206] = 0x0B), 0, 1 << 28));
        Assert.Null(LinuxBootHeader.TryFill(PeFile.Make(0).AsSpan(0, 0x237), 0, 1 << 28));
        Assert.Null(LinuxBootHeader.TryFill(PeFile.Make(0), 1 << 28, 1 << 28));
        Assert.NotNull(LinuxBootHeader.TryFill(PeFile.Make(0), 0, 1 << 28));
    }

    private static byte[] Extend(byte[] value, byte[] digest) => SHA256.HashData([.. value, .. digest]);
}
