using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of launch digests: a list of inputs with the digest or error of each, or one ID block with its keys.</summary>
internal static class MeasureVectors
{
    /// <summary>The policy of an ID block whose case names none: bit 17, which must be one, and SMT allowed.</summary>
    private const ulong DefaultPolicy = 0x30000;

    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        JsonObject inputs = JsonNode.Parse(vector.Find("vectors") ?? throw new InvalidDataException("The case has no vectors."))!.AsObject();
        return inputs["vectors"] is JsonArray list ? RunList(vector, inputs, list) : RunIdBlock(vector, inputs);
    }

    private static (AttestationResult, JsonObject) RunList(VectorCase vector, JsonObject inputs, JsonArray list)
    {
        AttestationResult result = AttestationResult.Empty;
        Dictionary<string, byte[]> firmware = vector.All("firmware").Concat(vector.All("svsm")).ToDictionary(file => file.Name, file => file.Bytes, StringComparer.Ordinal);
        foreach ((string name, JsonNode? digest) in inputs["ovmfHash"]?.AsObject() ?? [])
        {
            result = result.Then(Compare($"{name} ovmfHash", (string)digest!, Hex(SnpLaunchDigest.OfFirmware(Read(firmware, name)))));
        }
        int count = 0;
        foreach (JsonNode? item in list)
        {
            JsonObject input = item!.AsObject();
            byte[]? digest = Calculate(vector, input, firmware, out MeasurementError error);
            string expected = (string?)input["error"] is { } message ? ErrorOf(message).ToCode() : (string)input["launchDigest"]!;
            AttestationResult compared = Compare((string)input["name"]!, expected, digest is null ? error.ToCode() : Hex(digest));
            if (compared.Accepted) count++;
            result = result.Then(compared);
        }
        return (result, new JsonObject { ["vectors"] = count });
    }

    /// <summary>The error that a source's message names: sources assert messages of virtee/sev-snp-measure.</summary>
    private static MeasurementError ErrorOf(string message) => message switch
    {
        _ when Says(message, "Kernel specified") || Says(message, "SEV_HASH_TABLE") => MeasurementError.KernelHashesUnsupported,
        _ when Says(message, "RESET_BLOCK") => MeasurementError.ResetVector,
        _ when Says(message, "SVSM_INFO") => MeasurementError.ServiceModule,
        _ when Says(message, "metadata") => MeasurementError.SevMetadata,
        _ when Says(message, "entry size") => MeasurementError.FirmwareTable,
        _ => throw new InvalidDataException($"No error is known for the message {message}"),
    };

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static byte[]? Calculate(VectorCase vector, JsonObject input, Dictionary<string, byte[]> files, out MeasurementError error)
    {
        if (SevFirmware.TryRead(Image(files, (string)input["firmware"]!), out error) is not { } firmware) return null;
        DirectBoot? boot = input["kernel"] is null ? null : new DirectBoot(Content(vector, "kernel", input), Content(vector, "initrd", input), (string?)input["append"] ?? "");
        VmmKind vmm = ReadVmm((string?)input["vmmType"] ?? "QEMU");
        var processors = new SevProcessors((int)input["vcpus"]!, ReadSignature(input), (ulong)input["guestFeatures"]!, vmm);
        return (string)input["mode"]! switch
        {
            "SEV" => SevLaunchDigest.CalculateSev(firmware, boot, out error),
            "SEV_ES" => SevLaunchDigest.CalculateSevEs(firmware, processors, boot, out error),
            "SEV_SNP" => SnpLaunchDigest.Calculate(firmware, processors, boot, out error, Convert.FromHexString((string?)input["ovmfHash"] ?? "")),
            "SEV_SNP_SVSM" => SevFirmware.TryRead(Image(files, (string)input["svsm"]!), out error) is { } module
                ? SnpLaunchDigest.CalculateWithServiceModule(firmware, (int?)input["ovmfVarsSize"] ?? 0, module, processors, out error)
                : null,
            string other => throw new InvalidDataException($"Mode {other} has no calculator."),
        };
    }

    /// <summary>By number, or by name; where a case gives neither the processor does not matter.</summary>
    private static VcpuSignature ReadSignature(JsonObject input)
    {
        if ((uint?)input["vcpuSignature"] is { } number) return new VcpuSignature(number);
        if ((string?)input["vcpuType"] is not { } name) return default;
        return VcpuSignature.FromName(name) ?? throw new InvalidDataException($"Unknown processor {name}.");
    }

    private static VmmKind ReadVmm(string name) => Enum.TryParse(name, ignoreCase: true, out VmmKind vmm) ? vmm : throw new InvalidDataException($"Unknown VMM {name}.");

    /// <summary>A file named in an input, of the member's role; "empty" for one without bytes.</summary>
    private static byte[] Content(VectorCase vector, string member, JsonObject input)
    {
        if ((string?)input[member] is not { } name || name == "empty") return [];
        IReadOnlyList<(string Name, byte[] Bytes)> files = vector.All(member);
        return files.Where(file => file.Name == name).Select(file => file.Bytes).FirstOrDefault() ?? throw new InvalidDataException($"The case has no {member} {name}.");
    }

    private static SevFirmware Read(Dictionary<string, byte[]> files, string name) =>
        SevFirmware.TryRead(Image(files, name), out MeasurementError error) ?? throw new InvalidDataException($"{name}: {error.ToCode()}.");

    private static byte[] Image(Dictionary<string, byte[]> files, string name) => files.TryGetValue(name, out byte[]? image) ? image : throw new InvalidDataException($"The case has no firmware {name}.");

    private static (AttestationResult, JsonObject) RunIdBlock(VectorCase vector, JsonObject inputs)
    {
        Dictionary<string, byte[]> keys = vector.All("public-key").ToDictionary(file => file.Name, file => file.Bytes, StringComparer.Ordinal);
        byte[] measurement = Convert.FromHexString((string)inputs["launchDigest"]!);
        var block = new SnpIdBlock
        {
            Measurement = measurement,
            FamilyId = Id(inputs, "familyId"),
            ImageId = Id(inputs, "imageId"),
            GuestSvn = (uint?)inputs["guestSvn"] ?? 0,
            Policy = (ulong?)inputs["policy"] ?? DefaultPolicy,
        };
        var values = new JsonObject
        {
            ["launchDigest"] = Hex(measurement),
            ["idBlock"] = Hex(block.Encode()),
            ["idKeyDigest"] = Hex(DigestKey(keys, "id-key.pem")),
            ["authorKeyDigest"] = Hex(DigestKey(keys, "author-key.pem")),
        };
        AttestationResult result = AttestationResult.Empty;
        foreach ((string name, JsonNode? value) in values)
        {
            if (inputs[name] is { } expected) result = result.Then(Compare(name, (string)expected!, (string)value!));
        }
        return (result, values);
    }

    private static byte[] Id(JsonObject inputs, string member) => (string?)inputs[member] is { } hex ? Convert.FromHexString(hex) : new byte[16];

    private static byte[] DigestKey(Dictionary<string, byte[]> keys, string name)
    {
        if (!keys.TryGetValue(name, out byte[]? pem)) throw new InvalidDataException($"The case has no {name}.");
        using var key = ECDsa.Create();
        key.ImportFromPem(System.Text.Encoding.ASCII.GetString(pem));
        return SnpIdBlock.DigestKey(key);
    }

    private static AttestationResult Compare(string name, string expected, string actual) => AttestationResult.Of(expected == actual
        ? new AttestationCheck(name, CheckOutcome.Passed, AttestationReason.None, expected, actual, "")
        : new AttestationCheck(name, CheckOutcome.Failed, AttestationReason.Measurement, expected, actual, "Compare the inputs with those of the source."));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
