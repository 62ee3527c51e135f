using System.Buffers.Binary;

namespace Errand.Enclave;

/// <summary>Writes filestat of preview 1: type u8 @16, link count u64 @24, size u64 @32; device, inode and times are zero.</summary>
internal static class WasiFileStat
{
    private const int Size = 64;

    public static WasiErrno Write(GuestMemory memory, int result, FileType type, long size)
    {
        if (!memory.TrySlice(result, Size, out Span<byte> stat)) return WasiErrno.Fault;
        stat.Clear();
        stat[16] = (byte)type;
        stat[24] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(stat[32..], size);
        return WasiErrno.Success;
    }
}
