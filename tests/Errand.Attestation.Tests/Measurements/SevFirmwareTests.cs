namespace Errand.Attestation.Tests;

public sealed class SevFirmwareTests
{
    // Counted from the image's end: the footer's GUID ends at 32, its length lies before it.
    private const int FooterLength = 32 + 18;
    private const int LastEntryLength = FooterLength + 18;
    private const int MetadataStart = 2048;

    [Fact]
    public void An_image_is_read()
    {
        SevFirmware firmware = SevFirmware.TryRead(FirmwareImage.Sev().Make(), out MeasurementError error)!;
        Assert.Equal(MeasurementError.None, error);
        Assert.Equal(FirmwareImage.ResetAddress, firmware.ResetAddress);
        Assert.Equal(FirmwareImage.HashTableAddress, firmware.HashTableAddress);
        Assert.Null(firmware.ServiceModuleEntry);
        Assert.Equal([1u, 2u, 3u, 4u, 16u], firmware.Sections.Select(section => (uint)section.Kind));
        Assert.Equal(new SevSection(0x800000, 0x2000, SevSectionKind.SecurePhaseMemory), firmware.Sections[0]);
    }

    [Fact]
    public void An_image_without_a_table_has_nothing()
    {
        SevFirmware firmware = SevFirmware.TryRead(new byte[4096], out MeasurementError error)!;
        Assert.Equal(MeasurementError.None, error);
        Assert.Empty(firmware.Sections);
        Assert.Equal(0u, firmware.ResetAddress);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData(4097)]
    public void A_size_that_is_no_number_of_pages_is_refused(int size) => Refused(new byte[size], MeasurementError.FirmwareSize);

    [Fact]
    public void An_image_that_is_too_large_is_refused() => Refused(new byte[SevFirmware.SizeMax + 4096], MeasurementError.FirmwareSize);

    [Theory]
    [InlineData(FooterLength, 17)] // shorter than itself
    [InlineData(FooterLength - 1, 0xFF)] // longer than the image
    [InlineData(FooterLength, 18 + 17)] // ends within an entry
    [InlineData(LastEntryLength, 17)]
    [InlineData(LastEntryLength, 0xFF)]
    [InlineData(LastEntryLength, 18 + 3)] // the metadata's address needs four bytes
    public void A_damaged_table_is_refused(int fromEnd, byte value) => Refused(FirmwareImage.Sev().Make((fromEnd, value)), MeasurementError.FirmwareTable);

    [Fact]
    public void An_entry_twice_is_refused()
    {
        FirmwareImage image = FirmwareImage.Sev();
        image.Entries.Add(image.Entries[0]);
        Refused(image.Make(), MeasurementError.FirmwareTable);
    }

    [Theory]
    [InlineData(0, (byte)'B')] // signature
    [InlineData(4, 16 + (5 * 12) - 1)] // shorter than its sections
    [InlineData(6, 1)] // longer than the image
    [InlineData(8, 2)] // version
    [InlineData(12, 6)] // more sections than fit
    [InlineData(12, 65)]
    [InlineData(16, 1)] // address within a page
    [InlineData(20, 1)] // size within a page
    [InlineData(21, 0)] // no size
    [InlineData(24, 5)] // kind
    [InlineData(23, 0x11)] // more than 256 MiB
    public void Damaged_metadata_are_refused(int offset, byte value) => Refused(FirmwareImage.Sev().Make((MetadataStart - offset, value)), MeasurementError.SevMetadata);

    [Theory]
    [InlineData(15u)] // the header would lie past the end
    [InlineData(8193u)]
    [InlineData(uint.MaxValue)]
    public void Metadata_outside_the_image_are_refused(uint fromEnd)
    {
        FirmwareImage image = FirmwareImage.Sev();
        image.Entries[^1] = (image.Entries[^1].Name, FirmwareImage.Word(fromEnd));
        Refused(image.Make(), MeasurementError.SevMetadata);
    }

    private static void Refused(byte[] image, MeasurementError expected)
    {
        Assert.Null(SevFirmware.TryRead(image, out MeasurementError error));
        Assert.Equal(expected, error);
    }
}
