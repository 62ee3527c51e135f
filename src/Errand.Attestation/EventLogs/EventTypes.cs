namespace Errand.Attestation;

/// <summary>Event types that mean something here (TCG PC Client Platform Firmware Profile, section 10.4.1), and the names of all others.</summary>
public static class EventTypes
{
#pragma warning disable CS1591 // The name is the profile's own.
    public const uint NoAction = 0x0000_0003;
    public const uint Separator = 0x0000_0004;
    public const uint EfiVariableDriverConfig = 0x8000_0001;
    public const uint EfiBootServicesApplication = 0x8000_0003;
    public const uint EfiAction = 0x8000_0007;
    public const uint CrtmVersion = 0x0000_0008;
    public const uint Ipl = 0x0000_000D;
    public const uint EfiVariableAuthority = 0x8000_00E0;
#pragma warning restore CS1591

    private static readonly Dictionary<uint, string> Names = new()
    {
        [0x0] = "EV_PREBOOT_CERT",
        [0x1] = "EV_POST_CODE",
        [NoAction] = "EV_NO_ACTION",
        [Separator] = "EV_SEPARATOR",
        [0x5] = "EV_ACTION",
        [0x6] = "EV_EVENT_TAG",
        [0x7] = "EV_S_CRTM_CONTENTS",
        [CrtmVersion] = "EV_S_CRTM_VERSION",
        [0x9] = "EV_CPU_MICROCODE",
        [0xA] = "EV_PLATFORM_CONFIG_FLAGS",
        [0xB] = "EV_TABLE_OF_DEVICES",
        [0xC] = "EV_COMPACT_HASH",
        [Ipl] = "EV_IPL",
        [0xE] = "EV_IPL_PARTITION_DATA",
        [0xF] = "EV_NONHOST_CODE",
        [0x10] = "EV_NONHOST_CONFIG",
        [0x11] = "EV_NONHOST_INFO",
        [0x12] = "EV_OMIT_BOOT_DEVICE_EVENTS",
        [0x13] = "EV_POST_CODE2",
        [EfiVariableDriverConfig] = "EV_EFI_VARIABLE_DRIVER_CONFIG",
        [0x8000_0002] = "EV_EFI_VARIABLE_BOOT",
        [EfiBootServicesApplication] = "EV_EFI_BOOT_SERVICES_APPLICATION",
        [0x8000_0004] = "EV_EFI_BOOT_SERVICES_DRIVER",
        [0x8000_0005] = "EV_EFI_RUNTIME_SERVICES_DRIVER",
        [0x8000_0006] = "EV_EFI_GPT_EVENT",
        [EfiAction] = "EV_EFI_ACTION",
        [0x8000_0008] = "EV_EFI_PLATFORM_FIRMWARE_BLOB",
        [0x8000_0009] = "EV_EFI_HANDOFF_TABLES",
        [0x8000_000A] = "EV_EFI_PLATFORM_FIRMWARE_BLOB2",
        [0x8000_000B] = "EV_EFI_HANDOFF_TABLES2",
        [0x8000_000C] = "EV_EFI_VARIABLE_BOOT2",
        [0x8000_000D] = "EV_EFI_GPT_EVENT2",
        [0x8000_0010] = "EV_EFI_HCRTM_EVENT",
        [EfiVariableAuthority] = "EV_EFI_VARIABLE_AUTHORITY",
        [0x8000_00E1] = "EV_EFI_SPDM_FIRMWARE_BLOB",
        [0x8000_00E2] = "EV_EFI_SPDM_FIRMWARE_CONFIG",
    };

    /// <summary>The profile's name of a type, or its number.</summary>
    public static string NameOf(uint type) => Names.TryGetValue(type, out string? name) ? name : $"0x{type:x8}";
}
