using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Writes the crypto-agile event log of a small but complete UEFI boot with one SHA-256 bank.</summary>
internal sealed class DevelopmentEventLog
{
    private const byte HardwareStartupLocality = 3;
    private const uint FirmwareBlob2 = 0x8000_000A;
    private const uint VariableBoot = 0x8000_0002;
    private const uint VariableAuthority = 0x8000_00E0;
    private const uint Ipl = 0x0000_000D;
    private const uint EventTag = 0x0000_0006;

    private static readonly Guid GlobalVariable = new("8be4df61-93ca-11d2-aa0d-00e098032b8c");
    private static readonly Guid SecurityDatabase = new("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

    private readonly ArrayBufferWriter<byte> _log = new();

    /// <summary>The log of a boot, in the order of the PC Client Platform Firmware Profile, section 8.2.4. A startup from locality 0 is not logged.</summary>
    internal static byte[] Write(DevelopmentBoot boot, byte startupLocality = HardwareStartupLocality)
    {
        var log = new DevelopmentEventLog();
        log.WriteSpecId();
        if (startupLocality != 0) log.WriteNoAction([.. "StartupLocality\0"u8, startupLocality]);
        log.Measure(0, EventTypes.CrtmVersion, Encoding.Unicode.GetBytes(boot.Firmware + "\0"));
        log.Measure(0, FirmwareBlob2, [.. "DXE"u8], SHA256.HashData(Encoding.UTF8.GetBytes("volume of " + boot.Firmware)));
        log.Measure(7, EventTypes.EfiVariableDriverConfig, Variable(GlobalVariable, "SecureBoot", [boot.SecureBoot ? (byte)1 : (byte)0]));
        log.Measure(7, EventTypes.EfiVariableDriverConfig, Variable(GlobalVariable, "PK", SHA256.HashData("platform key"u8)));
        log.Measure(7, EventTypes.EfiVariableDriverConfig, Variable(GlobalVariable, "KEK", SHA256.HashData("key exchange key"u8)));
        log.Measure(7, EventTypes.EfiVariableDriverConfig, Variable(SecurityDatabase, "db", SHA256.HashData("allowed signers"u8)));
        log.Measure(7, EventTypes.EfiVariableDriverConfig, Variable(SecurityDatabase, "dbx", []));
        log.Measure(1, VariableBoot, Variable(GlobalVariable, "BootOrder", [1, 0]));
        for (int pcr = 0; pcr <= 7; pcr++) log.Measure(pcr, EventTypes.Separator, new byte[4]);
        log.Measure(7, VariableAuthority, Variable(SecurityDatabase, "db", SHA256.HashData("signer of the kernel"u8)));
        log.Measure(4, EventTypes.EfiAction, "Calling EFI Application from Boot Option"u8.ToArray());
        log.Measure(4, EventTypes.EfiBootServicesApplication, Encoding.UTF8.GetBytes(boot.Kernel), SHA256.HashData(Encoding.UTF8.GetBytes("image of " + boot.Kernel)));
        log.Measure(9, EventTag, Encoding.Unicode.GetBytes(boot.CommandLine + "\0"));
        log.Measure(9, Ipl, "initrd\0"u8.ToArray(), SHA256.HashData(Encoding.UTF8.GetBytes("initrd of " + boot.Kernel)));
        log.Measure(5, EventTypes.EfiAction, "Exit Boot Services Invocation"u8.ToArray());
        log.Measure(5, EventTypes.EfiAction, "Exit Boot Services Returned with Success"u8.ToArray());
        return log._log.WrittenSpan.ToArray();
    }

    // The first event is a TCG_PCR_EVENT with a zero SHA-1 digest.
    private void WriteSpecId()
    {
        byte[] data =
        [
            .. "Spec ID Event03\0"u8,
            0, 0, 0, 0, // platform class: client
            0, 2, 0, 2, // minor, major, errata, size of UINTN in 32-bit words
            1, 0, 0, 0, // one algorithm
            0x0B, 0, 32, 0,
            0, // no vendor information
        ];
        UInt32(0);
        UInt32(EventTypes.NoAction);
        _log.Write(stackalloc byte[20]);
        UInt32((uint)data.Length);
        _log.Write(data);
    }

    private void WriteNoAction(byte[] data) => WriteEvent(0, EventTypes.NoAction, data, new byte[32]);

    private void Measure(int pcr, uint type, byte[] data) => WriteEvent(pcr, type, data, SHA256.HashData(data));

    private void Measure(int pcr, uint type, byte[] data, byte[] digest) => WriteEvent(pcr, type, data, digest);

    private void WriteEvent(int pcr, uint type, byte[] data, byte[] digest)
    {
        UInt32((uint)pcr);
        UInt32(type);
        UInt32(1);
        _log.Write<byte>([0x0B, 0]); // SHA-256
        _log.Write(digest);
        UInt32((uint)data.Length);
        _log.Write(data);
    }

    // UEFI_VARIABLE_DATA: guid, lengths of name (in characters) and data, name, data.
    private static byte[] Variable(Guid guid, string name, byte[] value)
    {
        var lengths = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(lengths, (ulong)name.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(lengths.AsSpan(8), (ulong)value.Length);
        return [.. guid.ToByteArray(), .. lengths, .. Encoding.Unicode.GetBytes(name), .. value];
    }

    private void UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _log.Write(bytes);
    }
}
