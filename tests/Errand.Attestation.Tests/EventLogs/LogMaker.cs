using System.Buffers.Binary;
using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>Makes crypto-agile event logs with one bank.</summary>
internal static class LogMaker
{
    /// <summary>UEFI_VARIABLE_DATA: EFI_GLOBAL_VARIABLE, SecureBoot, 1.</summary>
    public static byte[] SecureBootOn { get; } = Variable("SecureBoot", [1]);

    public static byte[] Log(TpmAlgorithm bank, params byte[][] events)
    {
        byte[] spec = [.. "Spec ID Event03\0"u8, 0, 0, 0, 0, 0, 2, 0, 2, 1, 0, 0, 0, (byte)bank, 0, (byte)bank.DigestSize(), 0, 0];
        return [0, 0, 0, 0, 3, 0, 0, 0, .. new byte[20], (byte)spec.Length, 0, 0, 0, .. spec, .. events.SelectMany(item => item)];
    }

    public static byte[] Event(TpmAlgorithm bank, uint pcr, uint type, byte[] measured, byte[] data) =>
        [.. UInt32(pcr), .. UInt32(type), 1, 0, 0, 0, (byte)bank, 0, .. bank.Hash(measured), .. UInt32((uint)data.Length), .. data];

    /// <summary>A variable of EFI_GLOBAL_VARIABLE, or of EFI_IMAGE_SECURITY_DATABASE_GUID.</summary>
    public static byte[] Variable(string name, byte[] value, bool isDatabase = false)
    {
        byte[] guid = isDatabase
            ? [0xCB, 0xB2, 0x19, 0xD7, 0x3A, 0x3D, 0x96, 0x45, 0xA3, 0xBC, 0xDA, 0xD0, 0x0E, 0x67, 0x65, 0x6F]
            : [0x61, 0xDF, 0xE4, 0x8B, 0xCA, 0x93, 0xD2, 0x11, 0xAA, 0x0D, 0x00, 0xE0, 0x98, 0x03, 0x2B, 0x8C];
        return [.. guid, .. UInt32((uint)name.Length), 0, 0, 0, 0, .. UInt32((uint)value.Length), 0, 0, 0, 0, .. Encoding.Unicode.GetBytes(name), .. value];
    }

    public static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
