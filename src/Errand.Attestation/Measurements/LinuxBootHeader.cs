using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// The boot header of a bzImage (Linux Documentation/arch/x86/boot.rst) as QEMU fills it in before it hands the kernel to the firmware
/// (hw/i386/x86.c, x86_load_linux). Firmware that loads such a kernel measures the changed bytes.
/// </summary>
public static class LinuxBootHeader
{
    private const int HeaderEnd = 0x238;
    private const ushort ProtocolMin = 0x20C;
    private const byte LoaderQemu = 0xB0;
    private const byte CanUseHeap = 0x80;
    private const uint RealModeAddress = 0x10000;
    private const uint CommandLineAddress = 0x20000;

    /// <summary>Kept free for ACPI tables below the end of low memory.</summary>
    private const uint AcpiSize = 0x28000;

    /// <summary>A machine of type q35 with this much memory or more has only <see cref="LowMemory"/> of it below 4 GiB.</summary>
    private const ulong SplitFrom = 0xB000_0000;

    private const ulong LowMemory = 0x8000_0000;

    /// <summary>
    /// The kernel as QEMU changes it on a machine of type q35; null when it has no header of protocol 2.12 or later, or the initrd does not fit.
    /// QEMU leaves the kernel as it is for SEV and TDX guests, and from QEMU 10.0 on for firmware that asks for the unchanged one.
    /// </summary>
    /// <param name="kernel">The kernel file.</param>
    /// <param name="initrdSize">Bytes of the initrd; zero for none.</param>
    /// <param name="memory">Bytes of the machine's memory.</param>
    public static byte[]? TryFill(ReadOnlySpan<byte> kernel, int initrdSize, ulong memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initrdSize);
        if (kernel.Length < HeaderEnd || !kernel[0x202..].StartsWith("HdrS"u8)) return null;
        if (BinaryPrimitives.ReadUInt16LittleEndian(kernel[0x206..]) < ProtocolMin) return null;
        ulong low = memory >= SplitFrom ? LowMemory : memory;
        if (low < AcpiSize + 1 + (ulong)initrdSize) return null;
        byte[] filled = kernel.ToArray();
        filled[0x210] = LoaderQemu;
        filled[0x211] |= CanUseHeap;
        BinaryPrimitives.WriteUInt16LittleEndian(filled.AsSpan(0x224), (ushort)(CommandLineAddress - RealModeAddress - 0x200));
        BinaryPrimitives.WriteUInt32LittleEndian(filled.AsSpan(0x228), CommandLineAddress);
        if (initrdSize == 0) return filled;
        BinaryPrimitives.WriteUInt32LittleEndian(filled.AsSpan(0x218), (uint)((low - AcpiSize - 1 - (ulong)initrdSize) & ~0xFFFul));
        BinaryPrimitives.WriteUInt32LittleEndian(filled.AsSpan(0x21C), (uint)initrdSize);
        return filled;
    }
}
