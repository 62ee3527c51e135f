using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation.Tests;

public sealed class TdxMeasurementTests
{
    private const int MetadataStart = 3072;
    private const int FirstSection = 16;

    [Fact]
    public void Mrtd_is_the_hash_of_all_records_in_order()
    {
        byte[] image = Sample().Make();
        TdxFirmware firmware = TdxFirmware.TryRead(image, out MeasurementError error)!;
        Assert.Equal(MeasurementError.None, error);
        byte[] firstPage = Measured(image[..4096], 0xFFFF_E000), secondPage = Measured([.. image[4096..5096], .. new byte[3096]], 0xFFFF_F000);
        byte[] temporary = [.. Record("MEM.PAGE.ADD", 0x80_9000), .. Record("MEM.PAGE.ADD", 0x80_A000)];
        byte[] add0 = Record("MEM.PAGE.ADD", 0xFFFF_E000), add1 = Record("MEM.PAGE.ADD", 0xFFFF_F000);
        Assert.Equal(SHA384.HashData([.. add0, .. firstPage, .. add1, .. secondPage, .. temporary]), TdxMrTd.Calculate(firmware, TdxPageOrder.PageByPage));
        Assert.Equal(SHA384.HashData([.. add0, .. add1, .. firstPage, .. secondPage, .. temporary]), TdxMrTd.Calculate(firmware, TdxPageOrder.AddedFirst));
        Assert.Throws<ArgumentOutOfRangeException>(() => TdxMrTd.Calculate(firmware, (TdxPageOrder)9));
    }

    [Theory]
    [InlineData(0, (byte)'X')] // signature
    [InlineData(4, 16 + (3 * 32) - 1)] // shorter than its sections
    [InlineData(6, 1)] // longer than the image
    [InlineData(8, 2)] // version
    [InlineData(12, 0)] // no section
    [InlineData(12, 65)]
    [InlineData(FirstSection + 2, 1)] // data outside the image
    [InlineData(FirstSection + 7, 0x80)]
    [InlineData(FirstSection + 8, 1)] // address within a page
    [InlineData(FirstSection + 16, 1)] // size within a page
    [InlineData(FirstSection + 17, 0x10)] // more data than memory
    [InlineData(FirstSection + 19, 0x20)] // more than 256 MiB
    [InlineData(FirstSection + 23, 0xFF)]
    [InlineData(FirstSection + 28, 3)] // measured, but not there
    [InlineData(FirstSection + 28, 4)]
    public void Damaged_metadata_are_refused(int offset, byte value) => Refused(Sample().Make((MetadataStart - offset, value)), MeasurementError.TdxMetadata);

    [Fact]
    public void Firmware_without_metadata_is_refused()
    {
        Refused(FirmwareImage.Sev().Make(), MeasurementError.TdxMetadata);
        Refused(new byte[100], MeasurementError.FirmwareSize);
        FirmwareImage twice = Sample();
        twice.Entries.Add(twice.Entries[0]);
        Refused(twice.Make(), MeasurementError.FirmwareTable);
    }

    [Fact]
    public void Registers_1_and_2_are_replayed_from_the_inputs()
    {
        byte[] kernel = PeFile.Make(0), initrd = "initrd"u8.ToArray();
        TdxRuntimeRegisters registers = TdxRuntimeRegisters.Calculate(new DirectBoot(kernel, initrd, "quiet"), out _)!;
        byte[][] image =
        [
            PeImage.TryHash(kernel, HashAlgorithmName.SHA384)!, SHA384.HashData("Calling EFI Application from Boot Option"u8), SHA384.HashData(new byte[4]),
            SHA384.HashData("Exit Boot Services Invocation"u8), SHA384.HashData("Exit Boot Services Returned with Success"u8),
        ];
        byte[][] inputs = [SHA384.HashData(Encoding.Unicode.GetBytes("quiet initrd=initrd\0")), SHA384.HashData(initrd)];
        Assert.Equal(image.Aggregate(new byte[48], Extend), registers.Rtmr1.ToArray());
        Assert.Equal(inputs.Aggregate(new byte[48], Extend), registers.Rtmr2.ToArray());
        Assert.Null(TdxRuntimeRegisters.Calculate(new DirectBoot("text"u8.ToArray(), default, ""), out MeasurementError error));
        Assert.Equal(MeasurementError.KernelImage, error);
    }

    // Two measured pages of which 5096 bytes are given, two added pages, and one that comes later.
    private static FirmwareImage Sample()
    {
        var image = new FirmwareImage();
        image.AddTdxMetadata((0, 5096, 0xFFFF_E000, 0x2000, 0, 1), (0, 0, 0x80_9000, 0x2000, 2, 0), (0, 0, 0x1000_0000, 0x1_0000_0000, 4, 2));
        return image;
    }

    private static byte[] Record(string name, ulong address)
    {
        var record = new byte[128];
        Encoding.ASCII.GetBytes(name).CopyTo(record, 0);
        FirmwareImage.Long(address).CopyTo(record, 16);
        return record;
    }

    private static byte[] Measured(byte[] page, ulong address) =>
        [.. Enumerable.Range(0, 16).SelectMany(chunk => (byte[])[.. Record("MR.EXTEND", address + (ulong)(chunk * 256)), .. page[(chunk * 256)..((chunk + 1) * 256)]])];

    private static byte[] Extend(byte[] value, byte[] digest) => SHA384.HashData([.. value, .. digest]);

    private static void Refused(byte[] image, MeasurementError expected)
    {
        Assert.Null(TdxFirmware.TryRead(image, out MeasurementError error));
        Assert.Equal(expected, error);
    }
}
