using System.CommandLine;
using System.Text;
using System.Text.Json;
using Errand.Attestation;
using Errand.Client;
using Errand.Enclave;
using Errand.Ledger;
using Errand.Node;
using Errand.Protocol;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Cli;

/// <summary><c>errand image</c>: put the enclave's virtual machine together, and calculate what each TEE says of it.</summary>
internal static class ImageCommands
{
    public static Command Build(CommandRunner runner)
    {
        var image = new CliCommand("image", "Build and measure the image of the enclave's virtual machine.");
        image.Add(BuildCommand(runner));
        image.Add(MeasureCommand(runner));
        return image;
    }

    private static CliCommand BuildCommand(CommandRunner runner)
    {
        var command = new CliCommand("build", "Put kernel, initrd and command line together from what image/build lays down.",
            "errand image build --program artifacts/image/program --libraries artifacts/image/libraries --kernel artifacts/boot/vmlinuz --modules artifacts/boot/modules --out artifacts/image");
        var program = new Option<string>("--program") { Description = "The enclave's program, compiled ahead of time.", HelpName = "FOLDER", Required = true };
        var libraries = new Option<string>("--libraries") { Description = "Debian's libc6, libgcc-s1 and libssl3, unpacked.", HelpName = "FOLDER", Required = true };
        var kernel = new Option<string>("--kernel") { Description = "Debian's kernel for clouds.", HelpName = "FILE", Required = true };
        var modules = new Option<string>("--modules") { Description = "The kernel's modules, of the same package.", HelpName = "FOLDER", Required = true };
        var folder = new Option<string>("--out") { Description = "Where the image goes.", HelpName = "FOLDER", Required = true };
        foreach (Option option in new Option[] { program, libraries, kernel, modules, folder }) command.Add(option);
        runner.Set(command, context =>
        {
            string At(Option<string> option) => context.Environment.At(context.Get(option));
            VmImage built = VmImageBuilder.Build(new VmImageSources { Program = At(program), Libraries = At(libraries), Kernel = At(kernel), Modules = At(modules) }, At(folder));
            foreach (string file in (string[])[built.Kernel, built.Initrd]) context.Line($"{new FileInfo(file).Length,10} {file}");
            context.Line($"{built.CommandLine.Length,10} {Path.Combine(built.Folder, VmImage.CommandLineName)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static CliCommand MeasureCommand(CommandRunner runner)
    {
        var command = new CliCommand("measure", "Calculate every reference value of an image from its files, as JSON.",
            "errand image measure --image artifacts/image", "errand image measure --image artifacts/image --snp-firmware OVMF.amdsev.fd --tdx-firmware OVMF.inteltdx.fd", "errand image measure --boot");
        var folder = new Option<string>("--image") { Description = "The image's folder.", HelpName = "FOLDER", DefaultValueFactory = _ => Path.Combine("artifacts", "image") };
        var snp = new Option<string?>("--snp-firmware") { Description = "OVMF's AmdSev build: adds the launch digest of an SEV-SNP guest.", HelpName = "FILE" };
        var tdx = new Option<string?>("--tdx-firmware") { Description = "OVMF's IntelTdx build: adds MRTD.", HelpName = "FILE" };
        var boot = new Option<bool>("--boot") { Description = "Boot one machine with a software TPM here, for what its firmware measures: adds the values of such machines, for development networks." };
        var bootDomain = new Option<bool>("--boot-tdx") { Description = "Boot one TDX domain with that firmware here, which has TDX and is trusted: adds its reference value." };
        var sign = new Option<string?>("--sign") { Description = "Sign it with the key store's identity under this name, as a C2SP signed note that errand genesis make takes in.", HelpName = "NAME" };
        foreach (Option option in new Option[] { folder, snp, tdx, boot, bootDomain, sign }) command.Add(option);
        runner.Set(command, async (context, cancellation) =>
        {
            VmImage image = VmImage.Open(context.Environment.At(context.Get(folder)));
            VmProfile profile = VmProfile.Emulated;
            VmReferences references = VmReferences.Calculate(image, profile, out MeasurementError error) ?? throw MeasureInputs.Fault(error);
            byte[]? launch = Launch(context, image, VmMode.SevSnp, context.Get(snp)), mrtd = Launch(context, image, VmMode.Tdx, context.Get(tdx));
            IReadOnlyList<ReferenceValue> listed =
            [
                .. launch is null ? [] : SnpReferences(profile, launch).Select(reference => new ReferenceValue(TeeKind.SevSnp, SnpTuples.Encode(reference))),
                .. context.Get(bootDomain) ? [new ReferenceValue(TeeKind.Tdx, TdxTuples.Encode(await MeasuredBoot.TakeDomainAsync(context, image, references, mrtd, context.Get(tdx), cancellation).ConfigureAwait(false)))] : (ReferenceValue[])[],
                .. context.Get(boot) ? (await MeasuredBoot.TakeAsync(context, image, cancellation).ConfigureAwait(false)).Select(reference => new ReferenceValue(TeeKind.DevelopmentVtpm, PlatformTuples.Encode(reference))) : [],
            ];
            void Write(Utf8JsonWriter json)
            {
                json.WriteStartObject();
                json.WriteString("commandLine", image.CommandLine);
                json.WriteNumber("memoryMiB", profile.MemoryMiB);
                MeasureReference.Hex(json, "kernelSha256", references.KernelSha256);
                MeasureReference.Hex(json, "initrdSha256", references.InitrdSha256);
                MeasureReference.Hex(json, "commandLineSha256", references.CommandLineSha256);
                MeasureReference.Hex(json, "emulatedMeasurement", references.Emulated);
                MeasureReference.Hex(json, "pcr4", references.Pcr4);
                MeasureReference.Hex(json, "pcr4FilledIn", references.Pcr4Filled);
                MeasureReference.Hex(json, "pcr9", references.Pcr9);
                MeasureReference.Hex(json, "rtmr1", references.Rtmr1);
                MeasureReference.Hex(json, "rtmr2", references.Rtmr2);
                if (launch is not null) MeasureReference.Hex(json, "snpLaunchDigest", launch);
                if (listed.Count > 0) WriteReferences(json, listed);
                if (mrtd is not null) MeasureReference.Hex(json, "mrtd", mrtd);
                json.WriteEndObject();
            }
            if (context.Get(sign) is { } name) PrintSigned(context, name, Write);
            else context.WriteJson(Write);
            return ExitCode.Ok;
        });
        return command;
    }

    // One for each generation of processors, since a report tells which it is; everything else of the guest is what the launcher asks for.
    private static IEnumerable<SnpReference> SnpReferences(VmProfile profile, byte[] launch) => Enum.GetValues<SnpProductLine>().Select(line => new SnpReference
    {
        Name = $"enclave image {Convert.ToHexStringLower(launch.AsSpan(0, 4))}",
        ProductLine = line,
        Measurement = launch,
        Policy = new SnpGuestPolicy(profile.SnpPolicy),
        Vmpl = 0,
        GuestSvn = 0,
        FamilyId = new byte[16],
        ImageId = new byte[16],
        HostData = new byte[32],
        IdKeyDigest = new byte[48],
        AuthorKeyDigest = new byte[48],
    });

    private static void WriteReferences(Utf8JsonWriter json, IReadOnlyList<ReferenceValue> references)
    {
        json.WriteStartArray("references");
        foreach (ReferenceValue reference in references)
        {
            json.WriteStartObject();
            json.WriteString("tee", GovernanceJson.Name(reference.Tee));
            json.WriteString("tuple", Convert.ToHexStringLower(reference.Tuple.Span));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void PrintSigned(CommandContext context, string name, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) write(writer);
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        NoteSigner signer;
        try
        {
            signer = new NoteSigner(name, identity.Key);
        }
        catch (ArgumentException wrong)
        {
            throw new ClientException(ClientError.Usage, $"\"{name}\" cannot name a key: {wrong.Message}", wrong);
        }
        context.Environment.Output.Write(ImageNote.Sign(Encoding.UTF8.GetString(buffer.ToArray()) + "\n", signer));
        context.Environment.Error.WriteLine($"key      {signer.VerifierKey}");
    }

    private static byte[]? Launch(CommandContext context, VmImage image, VmMode mode, string? file) => file is null ? null
        : VmReferences.CalculateLaunch(image, VmProfile.Emulated with { Mode = mode, Firmware = file }, MeasureInputs.ReadFirmware(context, file), out MeasurementError error) ?? throw MeasureInputs.Fault(error, file);
}
