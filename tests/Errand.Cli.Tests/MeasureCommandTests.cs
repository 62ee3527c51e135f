using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Errand.Attestation;
using Errand.Enclave;
using Errand.Enclave.Tests;
using Errand.Platform;
using Errand.Attestation.Tests;

namespace Errand.Cli.Tests;

public sealed class MeasureCommandTests : IDisposable
{
    private readonly CliFolder _cli = new();

    public MeasureCommandTests()
    {
        FirmwareImage both = FirmwareImage.Sev();
        both.AddTdxMetadata((0, 4096, 0xFFFF_F000, 0x1000, 0, 1));
        File.WriteAllBytes(_cli.In("OVMF.fd"), both.Make());
        File.WriteAllBytes(_cli.In("plain.fd"), FirmwareImage.Sev(withHashes: false).Make());
        File.WriteAllBytes(_cli.In("vmlinuz"), PeFile.Make(signature: 64));
        File.WriteAllBytes(_cli.In("initrd"), [1, 2, 3]);
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_launch_digest_is_a_reference_that_a_policy_file_takes()
    {
        JsonElement reference = await _cli.JsonAsync("measure", "snp", "--firmware", "OVMF.fd", "--kernel", "vmlinuz", "--initrd", "initrd", "--append", "quiet", "--vcpu-type", "EPYC-v4", "--vcpus", "2", "--product-line", "Genoa", "--name", "release 7");
        SnpReference read = Assert.Single(ReadPolicy(EvidenceKind.SevSnp, reference).SevSnp!.References);
        var boot = new DirectBoot(File.ReadAllBytes(_cli.In("vmlinuz")), new byte[] { 1, 2, 3 }, "quiet");
        var processors = new SevProcessors(2, VcpuSignature.FromName("EPYC-v4")!.Value, 1, VmmKind.Qemu);
        byte[] expected = SnpLaunchDigest.Calculate(SevFirmware.TryRead(File.ReadAllBytes(_cli.In("OVMF.fd")), out _)!, processors, boot, out _)!;
        Assert.Equal("release 7", read.Name);
        Assert.Equal(SnpProductLine.Genoa, read.ProductLine);
        Assert.Equal(expected, read.Measurement.ToArray());
        Assert.Equal(SnpGuestPolicy.Default, read.Policy);
    }

    [Fact]
    public async Task Pcrs_are_a_reference_that_a_policy_file_takes()
    {
        JsonElement reference = await _cli.JsonAsync("measure", "pcrs", "--kernel", "vmlinuz", "--initrd", "initrd", "--append-file", _cli.Write("cmdline", "quiet\n"));
        TpmQuoteReference read = Assert.Single(ReadPolicy(EvidenceKind.TpmQuote, reference).TpmQuote!.References);
        PcrBank expected = PcrCalculator.Calculate(new DirectBoot(File.ReadAllBytes(_cli.In("vmlinuz")), new byte[] { 1, 2, 3 }, "quiet"), TpmAlgorithm.Sha256, out _)!;
        Assert.Equal([4, 9], read.Pcrs.Keys.Order());
        Assert.Equal(expected[4].ToArray(), read.Pcrs[4].ToArray());
        Assert.Equal(expected[9].ToArray(), read.Pcrs[9].ToArray());
    }

    [Fact]
    public async Task A_header_that_qemu_fills_in_changes_pcr_4_only()
    {
        JsonElement plain = await _cli.JsonAsync("measure", "pcrs", "--kernel", "vmlinuz"), filled = await _cli.JsonAsync("measure", "pcrs", "--kernel", "vmlinuz", "--filled-in-for", "512M");
        Assert.NotEqual(Pcr(plain, 4), Pcr(filled, 4));
        Assert.Equal(Pcr(plain, 9), Pcr(filled, 9));

        static string? Pcr(JsonElement reference, int index) => reference.GetProperty("pcrs").GetProperty($"{index}").GetString();
    }

    [Fact]
    public async Task A_log_gives_its_pcrs_and_the_kernel_replaces_4_and_9()
    {
        byte[] event1 = [0, 0, 0, 0, 8, 0, 0, 0, .. Sha1([1]), 1, 0, 0, 0, 1], event2 = [4, 0, 0, 0, 4, 0, 0, 0, .. Sha1(new byte[4]), 4, 0, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(_cli.In("log"), [.. event1, .. event2]);
        JsonElement pcrs = (await _cli.JsonAsync("measure", "pcrs", "--log", "log", "--bank", "sha1", "--pcrs", "0,4")).GetProperty("pcrs");
        Assert.Equal(Hex(Sha1([.. new byte[20], .. Sha1([1])])), pcrs.GetProperty("0").GetString());
        JsonElement both = (await _cli.JsonAsync("measure", "pcrs", "--log", "log", "--bank", "sha1", "--kernel", "vmlinuz")).GetProperty("pcrs");
        Assert.Equal(pcrs.GetProperty("0").GetString(), both.GetProperty("0").GetString());
        Assert.NotEqual(pcrs.GetProperty("4").GetString(), both.GetProperty("4").GetString());
        Refused("measure/bank", 1, "pcrs", "--log", "log");
        Refused("cli/usage", 2, "pcrs", "--log", "log", "--bank", "sha1", "--pcrs", "7");
        Refused("cli/usage", 2, "pcrs", "--log", "log", "--bank", "sha1", "--pcrs", "24");
        Refused("measure/event-log", 1, "pcrs", "--log", "vmlinuz");
    }

    [Fact]
    public async Task Tdx_registers_have_the_names_of_policy_files()
    {
        JsonElement reference = await _cli.JsonAsync("measure", "tdx", "--firmware", "OVMF.fd", "--kernel", "vmlinuz");
        Assert.Equal(Hex(TdxMrTd.Calculate(TdxFirmware.TryRead(File.ReadAllBytes(_cli.In("OVMF.fd")), out _)!, TdxPageOrder.PageByPage)), reference.GetProperty("mrtd").GetString());
        TdxRuntimeRegisters registers = TdxRuntimeRegisters.Calculate(new DirectBoot(File.ReadAllBytes(_cli.In("vmlinuz")), default, ""), out _)!;
        Assert.Equal(Hex(registers.Rtmr1.ToArray()), reference.GetProperty("rtmr1").GetString());
        Assert.Equal(Hex(registers.Rtmr2.ToArray()), reference.GetProperty("rtmr2").GetString());
        Assert.False(reference.TryGetProperty("rtmr0", out _));
    }

    [Fact]
    public async Task Sev_and_sev_es_print_their_digest()
    {
        Assert.Equal(Hex(SHA256.HashData(File.ReadAllBytes(_cli.In("OVMF.fd")))), (await _cli.JsonAsync("measure", "sev", "--firmware", "OVMF.fd")).GetProperty("measurement").GetString());
        Assert.StartsWith("measurement  ", _cli.Run("measure", "sev-es", "--firmware", "OVMF.fd", "--vcpu-type", "EPYC").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_block_holds_its_fields_and_keys_are_digested()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        _cli.Write("id.pem", key.ExportSubjectPublicKeyInfoPem());
        JsonElement block = await _cli.JsonAsync("measure", "id-block", "--measurement", new string('a', 96), "--image-id", new string('b', 32), "--guest-svn", "2", "--id-key", "id.pem");
        Assert.Equal($"{new string('a', 96)}{new string('0', 32)}{new string('b', 32)}01000000020000000000030000000000", block.GetProperty("idBlock").GetString());
        Assert.Equal(Hex(SnpIdBlock.DigestKey(key)), block.GetProperty("idKeyDigest").GetString());
        Refused("measure/key", 1, "id-block", "--measurement", new string('a', 96), "--id-key", "vmlinuz");
        Refused("cli/usage", 2, "id-block", "--measurement", "aa");
    }

    [Fact]
    public void Errors_say_what_is_wrong()
    {
        Refused("measure/kernel-hashes-unsupported", 1, "snp", "--firmware", "plain.fd", "--vcpu-type", "EPYC", "--kernel", "vmlinuz");
        Refused("measure/firmware-size", 1, "sev", "--firmware", "initrd");
        Refused("measure/tdx-metadata", 1, "tdx", "--firmware", "plain.fd");
        Refused("measure/kernel-image", 1, "pcrs", "--kernel", "initrd");
        Refused("measure/kernel-header", 1, "pcrs", "--kernel", "vmlinuz", "--filled-in-for", "100K");
        Refused("measure/service-module", 1, "snp", "--firmware", "OVMF.fd", "--svsm", "plain.fd", "--vcpu-type", "EPYC");
        Refused("file/missing", 1, "sev", "--firmware", "nothing.fd");
        Refused("cli/usage", 2, "snp", "--firmware", "OVMF.fd");
        Refused("cli/usage", 2, "snp", "--firmware", "OVMF.fd", "--vcpu-type", "Pentium");
        Refused("cli/usage", 2, "snp", "--firmware", "OVMF.fd", "--vmm", "xen");
        Refused("cli/usage", 2, "snp", "--firmware", "OVMF.fd", "--vmm", "ec2", "--features", "one");
        Refused("cli/usage", 2, "sev", "--firmware", "OVMF.fd", "--append", "quiet");
        Refused("cli/usage", 2, "pcrs");
    }

    [Fact]
    public void Every_command_has_examples()
    {
        foreach (string command in (string[])["snp", "sev", "sev-es", "id-block", "pcrs", "tdx"]) Assert.Contains($"  errand measure {command} ", _cli.Run("measure", command, "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_measured_with_a_boot_gives_values_that_a_network_takes_in()
    {
        Assert.SkipWhen(VmFiles.Missing is not null || !SwtpmTools.AreInstalled || !File.Exists(VmProfile.MeasuringFirmware), $"No machine with a TPM is booted here: {VmFiles.Missing ?? "it needs the Debian packages ovmf, swtpm and swtpm-tools"}");
        CliResult result = await _cli.RunAsync("image", "measure", "--image", VmFiles.Folder, "--boot");
        Assert.True(result.Exit == 0, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        JsonElement[] references = [.. json.RootElement.GetProperty("references").EnumerateArray()];
        Assert.Equal(2, references.Length);
        foreach ((JsonElement reference, string kernel) in references.Zip(new[] { "pcr4FilledIn", "pcr4" }))
        {
            Assert.Equal("development-vtpm", reference.GetProperty("tee").GetString());
            Assert.True(PlatformTuples.TryDecodeReference(Convert.FromHexString(reference.GetProperty("tuple").GetString()!), out PlatformReference? read));
            Assert.Equal([0, 4, 9], read.Pcrs.Keys.Order());
            Assert.Equal(json.RootElement.GetProperty(kernel).GetString(), Convert.ToHexStringLower(read.Pcrs[4].Span));
            Assert.Equal(json.RootElement.GetProperty("pcr9").GetString(), Convert.ToHexStringLower(read.Pcrs[9].Span));
        }
    }

    [Fact]
    public void Booting_a_TDX_domain_asks_for_its_firmware_and_for_a_host_that_has_TDX()
    {
        Assert.SkipWhen(VmFiles.Missing is not null, $"There is no image: {VmFiles.Missing}");
        CliResult without = _cli.Run("image", "measure", "--image", VmFiles.Folder, "--boot-tdx");
        Assert.Equal(2, without.Exit);
        Assert.Contains("--tdx-firmware", without.Error, StringComparison.Ordinal);
        var firmware = new FirmwareImage();
        firmware.AddTdxMetadata((0, 4096, 0xFFFF_F000, 0x1000, 0, 1));
        File.WriteAllBytes(_cli.In("tdx.fd"), firmware.Make());
        CliResult measured = _cli.Run("image", "measure", "--image", VmFiles.Folder, "--tdx-firmware", "tdx.fd");
        Assert.True(measured.Exit == 0, measured.Error);
        Assert.Contains("\"mrtd\"", measured.Output, StringComparison.Ordinal);
        Assert.SkipWhen(VmHost.Examine(VmMode.Tdx) == VmHostFault.None, "This host has TDX.");
        CliResult here = _cli.Run("image", "measure", "--image", VmFiles.Folder, "--tdx-firmware", "tdx.fd", "--boot-tdx");
        Assert.Equal(2, here.Exit);
        Assert.Contains(VmHost.Examine(VmMode.Tdx).Code(), here.Error, StringComparison.Ordinal);
        Assert.Empty(here.Output);
    }

    private void Refused(string code, int exit, params string[] arguments)
    {
        CliResult result = _cli.Run(["measure", .. arguments]);
        Assert.Contains($"[{code}]", result.Error, StringComparison.Ordinal);
        Assert.Equal(exit, result.Exit);
        Assert.Empty(result.Output);
    }

    private static AppraisalPolicy ReadPolicy(EvidenceKind kind, JsonElement reference)
    {
        string text = AppraisalPolicyFile.Template(kind)!.Replace("\"references\": []", $"\"references\": [{reference.GetRawText()}]", StringComparison.Ordinal);
        Assert.True(AppraisalPolicyFile.TryParse(Encoding.UTF8.GetBytes(text), new byte[64], out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults), string.Join('\n', faults));
        return policy!;
    }

    private static byte[] Sha1(byte[] bytes) => CryptographicOperations.HashData(HashAlgorithmName.SHA1, bytes);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
