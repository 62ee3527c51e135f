using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation.Tests;

public sealed class SnpLaunchDigestTests
{
    private static readonly SevProcessors One = new(1, VcpuSignature.Of(25, 1, 1), 1, VmmKind.Qemu);
    private static readonly DirectBoot Boot = new("kernel"u8.ToArray(), "initrd"u8.ToArray(), "console=ttyS0");

    [Fact]
    public void The_digest_is_the_chain_of_all_pages_in_order()
    {
        SevFirmware firmware = Firmware(FirmwareImage.Sev());
        ReadOnlyMemory<byte> image = firmware.Image;
        var hashes = new byte[4096];
        SevHashTable.Make(Boot).CopyTo(hashes, 0xC00);
        byte[] first = VmsaPage.Make(VmmKind.Qemu, 0xFFFF_FFF0, 1, One.Signature), others = VmsaPage.Make(VmmKind.Qemu, FirmwareImage.ResetAddress, 1, One.Signature);
        byte[] digest = new byte[48];
        digest = Page(digest, 1, 0xFFFF_E000, image[..4096].ToArray());
        digest = Page(digest, 1, 0xFFFF_F000, image[4096..].ToArray());
        digest = Page(digest, 3, 0x800000, null);
        digest = Page(digest, 3, 0x801000, null);
        digest = Page(digest, 5, 0x80D000, null);
        digest = Page(digest, 6, 0x80E000, null);
        digest = Page(digest, 3, 0x80F000, null);
        digest = Page(digest, 1, 0x810000, hashes);
        digest = Page(digest, 2, 0xFFFF_FFFF_F000, first);
        digest = Page(digest, 2, 0xFFFF_FFFF_F000, others);
        Assert.Equal(digest, SnpLaunchDigest.Calculate(firmware, One with { Count = 2 }, Boot, out MeasurementError error));
        Assert.Equal(MeasurementError.None, error);
    }

    [Fact]
    public void Each_input_changes_the_digest()
    {
        SevFirmware firmware = Firmware(FirmwareImage.Sev());
        byte[]?[] digests =
        [
            SnpLaunchDigest.Calculate(firmware, One, null, out _),
            SnpLaunchDigest.Calculate(firmware, One, Boot, out _),
            SnpLaunchDigest.Calculate(firmware, One, Boot with { Kernel = new byte[1] }, out _),
            SnpLaunchDigest.Calculate(firmware, One, Boot with { Initrd = default }, out _),
            SnpLaunchDigest.Calculate(firmware, One, Boot with { CommandLine = "console=ttyS1" }, out _),
            SnpLaunchDigest.Calculate(firmware, One with { Count = 2 }, Boot, out _),
            SnpLaunchDigest.Calculate(firmware, One with { Features = 0x21 }, Boot, out _),
            SnpLaunchDigest.Calculate(firmware, One with { Signature = VcpuSignature.Of(25, 17, 0) }, Boot, out _),
            SnpLaunchDigest.Calculate(firmware, One with { Vmm = VmmKind.Ec2 }, Boot, out _),
            SnpLaunchDigest.Calculate(firmware, One with { Vmm = VmmKind.Gce }, Boot, out _),
            SnpLaunchDigest.Calculate(Firmware(FirmwareImage.Sev(), (8000, 0xAA)), One, Boot, out _),
        ];
        Assert.Equal(digests.Length, digests.Select(digest => Convert.ToHexString(digest!)).Distinct().Count());
    }

    [Fact]
    public void A_firmware_digest_stands_for_the_image()
    {
        SevFirmware firmware = Firmware(FirmwareImage.Sev());
        byte[] digest = SnpLaunchDigest.OfFirmware(firmware);
        Assert.Equal(SnpLaunchDigest.Calculate(firmware, One, Boot, out _), SnpLaunchDigest.Calculate(firmware, One, Boot, out _, digest));
        Assert.Throws<ArgumentException>(() => SnpLaunchDigest.Calculate(firmware, One, Boot, out _, digest.AsSpan(1)));
    }

    [Fact]
    public void A_kernel_needs_firmware_that_checks_it()
    {
        Refused(FirmwareImage.Sev(withHashes: false), One, Boot, MeasurementError.KernelHashesUnsupported);
        FirmwareImage tableOnly = FirmwareImage.Sev(withHashes: false);
        tableOnly.Entries.Add((new("7255371f-3a3b-4b04-927b-1da6efa8d454"), FirmwareImage.Word(FirmwareImage.HashTableAddress)));
        Refused(tableOnly, One, Boot, MeasurementError.KernelHashesUnsupported);
    }

    [Fact]
    public void A_hash_table_that_leaves_its_page_is_refused()
    {
        FirmwareImage image = FirmwareImage.Sev();
        image.Entries[0] = (image.Entries[0].Name, FirmwareImage.Word(0x810FFF));
        Refused(image, One, Boot, MeasurementError.SevMetadata);
    }

    [Fact]
    public void Firmware_without_metadata_is_refused() => Refused(new FirmwareImage(), One, null, MeasurementError.SevMetadata);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(SevProcessors.CountMax + 1)]
    public void A_number_of_processors_out_of_range_is_refused(int count) => Refused(FirmwareImage.Sev(), One with { Count = count }, null, MeasurementError.VcpuCount);

    [Fact]
    public void Several_processors_need_a_reset_block() => Refused(FirmwareImage.Sev(withReset: false), One with { Count = 2 }, null, MeasurementError.ResetVector);

    [Fact]
    public void Sev_hashes_the_image_and_the_table()
    {
        SevFirmware firmware = Firmware(FirmwareImage.Sev());
        Assert.Equal(SHA256.HashData([.. firmware.Image.Span, .. SevHashTable.Make(Boot)]), SevLaunchDigest.CalculateSev(firmware, Boot, out _));
        byte[] first = VmsaPage.Make(VmmKind.Qemu, 0xFFFF_FFF0, 0, One.Signature), others = VmsaPage.Make(VmmKind.Qemu, FirmwareImage.ResetAddress, 0, One.Signature);
        Assert.Equal(SHA256.HashData([.. firmware.Image.Span, .. first, .. others, .. others]), SevLaunchDigest.CalculateSevEs(firmware, One with { Count = 3 }, null, out _));
        Assert.Null(SevLaunchDigest.CalculateSev(Firmware(FirmwareImage.Sev(withHashes: false)), Boot, out MeasurementError error));
        Assert.Equal(MeasurementError.KernelHashesUnsupported, error);
        Assert.Null(SevLaunchDigest.CalculateSevEs(firmware, One with { Count = 0 }, null, out error));
        Assert.Equal(MeasurementError.VcpuCount, error);
    }

    [Fact]
    public void The_hash_table_holds_command_line_initrd_and_kernel()
    {
        byte[] table = SevHashTable.Make(Boot);
        Assert.Equal(176, table.Length);
        Assert.Equal(new Guid("9438d606-4f22-4cc9-b479-a793d411fd21").ToByteArray(), table[..16]);
        Assert.Equal(168, table[16]);
        string[] names = ["97d02dd8-bd20-4c94-aa78-e7714d36ab2a", "44baf731-3a2f-4bd7-9af1-41e29169781d", "4de79437-abd2-427f-b835-d5b172d2045b"];
        byte[][] contents = [Encoding.UTF8.GetBytes("console=ttyS0\0"), Boot.Initrd.ToArray(), Boot.Kernel.ToArray()];
        for (int i = 0; i < 3; i++) Assert.Equal([.. new Guid(names[i]).ToByteArray(), 50, 0, .. SHA256.HashData(contents[i])], table[(18 + (50 * i))..(68 + (50 * i))]);
        Assert.All(table[168..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_service_module_lies_below_the_variable_store_and_starts_all_processors()
    {
        SevFirmware firmware = Firmware(FirmwareImage.Sev()), module = Firmware(Module());
        byte[] vmsa = VmsaPage.MakeFlat(0xFFFF_A010, 1, One.Signature);
        Assert.Equal(0x11, vmsa[0x158]);
        Assert.Equal([8, 0, 0x9B, 0x0C, 0xFF, 0xFF, 0xFF, 0xFF], vmsa[0x10..0x18]);
        Assert.Equal([0x10, 0xA0, 0xFF, 0xFF, 0, 0, 0, 0], vmsa[0x178..0x180]);
        byte[] digest = SnpLaunchDigest.OfFirmware(firmware);
        digest = Page(digest, 1, 0xFFFF_A000, module.Image[..4096].ToArray());
        digest = Page(digest, 1, 0xFFFF_B000, module.Image[4096..].ToArray());
        digest = Page(digest, 6, 0x80E000, null);
        digest = Page(digest, 2, 0xFFFF_FFFF_F000, vmsa);
        digest = Page(digest, 2, 0xFFFF_FFFF_F000, vmsa);
        Assert.Equal(digest, SnpLaunchDigest.CalculateWithServiceModule(firmware, 8192, module, One with { Count = 2 }, out _));
    }

    [Fact]
    public void A_service_module_that_does_not_go_together_is_refused()
    {
        SevFirmware firmware = Firmware(FirmwareImage.Sev()), module = Firmware(Module());
        FirmwareImage noMetadata = new();
        noMetadata.Entries.Add(Module().Entries[0]);
        FirmwareImage outside = Module();
        outside.Entries[0] = (outside.Entries[0].Name, FirmwareImage.Word(8192));
        Refuse(8192, firmware, One, MeasurementError.ServiceModule); // plain firmware is no module
        Refuse(8192, Firmware(outside), One, MeasurementError.ServiceModule);
        Refuse(1, module, One, MeasurementError.ServiceModule);
        Refuse(SevFirmware.SizeMax + 4096, module, One, MeasurementError.ServiceModule);
        Refuse(8192, module, One with { Vmm = VmmKind.Ec2 }, MeasurementError.ServiceModule);
        Refuse(8192, Firmware(noMetadata), One, MeasurementError.SevMetadata);
        Refuse(8192, module, One with { Count = 0 }, MeasurementError.VcpuCount);

        void Refuse(int variables, SevFirmware given, SevProcessors processors, MeasurementError expected)
        {
            Assert.Null(SnpLaunchDigest.CalculateWithServiceModule(firmware, variables, given, processors, out MeasurementError error));
            Assert.Equal(expected, error);
        }
    }

    [Fact]
    public void Every_error_has_a_code_and_a_sentence()
    {
        MeasurementError[] all = Enum.GetValues<MeasurementError>();
        Assert.Equal(all.Length, all.Select(error => error.ToCode()).Distinct().Count());
        Assert.All(all.Where(error => error != MeasurementError.None), error => Assert.EndsWith(".", error.Explain(), StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((MeasurementError)99).ToCode());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((MeasurementError)99).Explain());
    }

    private static FirmwareImage Module()
    {
        var image = new FirmwareImage();
        image.Entries.Add((new("a789a612-0597-4c4b-a49f-cbb1fe9d1ddd"), FirmwareImage.Word(0x10)));
        image.AddSevMetadata((0x80E000, 0x1000, 3));
        return image;
    }

    private static SevFirmware Firmware(FirmwareImage image, params (int, byte)[] changes) => SevFirmware.TryRead(image.Make(changes), out _)!;

    private static void Refused(FirmwareImage image, SevProcessors processors, DirectBoot? boot, MeasurementError expected)
    {
        Assert.Null(SnpLaunchDigest.Calculate(Firmware(image), processors, boot, out MeasurementError error));
        Assert.Equal(expected, error);
    }

    /// <summary>One step as AMD publication 56860, section 8.17.2, writes it.</summary>
    private static byte[] Page(byte[] digest, byte kind, ulong address, byte[]? content) =>
        SHA384.HashData([.. digest, .. content is null ? new byte[48] : SHA384.HashData(content), 0x70, 0, kind, 0, 0, 0, 0, 0, .. FirmwareImage.Long(address)]);
}
