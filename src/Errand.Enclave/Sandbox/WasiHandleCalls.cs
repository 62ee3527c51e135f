using System.Buffers.Binary;
using System.Text;
using Wasmtime;

namespace Errand.Enclave;

/// <summary>The fd_ and sock_ calls of preview 1. There is no socket: none can be opened, and nothing that is open is one.</summary>
internal sealed class WasiHandleCalls(GuestMemory memory, HandleTable handles)
{
    private const int VectorsMax = 1024;
    private const int VectorSize = 8;
    private const int HandleStatSize = 24;
    private const int EntrySize = 24;
    private const int FlagAppend = 1;
    private const int AdviceMax = 5;
    private static readonly string[] Above = [".", ".."];

    private delegate WasiErrno Transfer(Handle handle, Span<byte> range, out int count);

    public void Define(Linker linker)
    {
        const string module = WasmProfile.WasiModule;
        linker.DefineFunction(module, "fd_advise", (int fd, long _, long _, int advice) => (int)On(fd, advice is >= 0 and <= AdviceMax ? WasiErrno.Success : WasiErrno.Invalid));
        linker.DefineFunction(module, "fd_allocate", (int fd, long _, long _) => (int)On(fd, WasiErrno.NotSupported));
        linker.DefineFunction(module, "fd_close", (int fd) => (int)handles.Close(fd));
        linker.DefineFunction(module, "fd_datasync", (int fd) => (int)On(fd, WasiErrno.Success));
        linker.DefineFunction(module, "fd_sync", (int fd) => (int)On(fd, WasiErrno.Success));
        linker.DefineFunction(module, "fd_fdstat_get", (int fd, int result) => (int)HandleStat(fd, result));
        linker.DefineFunction(module, "fd_fdstat_set_flags", (int fd, int flags) => (int)SetFlags(fd, flags));
        linker.DefineFunction(module, "fd_fdstat_set_rights", (int fd, long _, long _) => (int)On(fd, WasiErrno.NotSupported));
        linker.DefineFunction(module, "fd_filestat_get", (int fd, int result) => (int)Stat(fd, result));
        linker.DefineFunction(module, "fd_filestat_set_size", (int fd, long size) => (int)(handles.TryGet(fd, out Handle? handle) ? handle.Resize(size) : WasiErrno.BadHandle));
        linker.DefineFunction(module, "fd_filestat_set_times", (int fd, long _, long _, int _) => (int)On(fd, WasiErrno.NotSupported));
        linker.DefineFunction(module, "fd_read", (int fd, int vectors, int count, int result) => (int)Move(fd, vectors, count, result, Read));
        linker.DefineFunction(module, "fd_write", (int fd, int vectors, int count, int result) => (int)Move(fd, vectors, count, result, Write));
        linker.DefineFunction(module, "fd_pread", (int fd, int vectors, int count, long offset, int result) => (int)MoveAt(fd, vectors, count, offset, result, Read));
        linker.DefineFunction(module, "fd_pwrite", (int fd, int vectors, int count, long offset, int result) => (int)MoveAt(fd, vectors, count, offset, result, Write));
        linker.DefineFunction(module, "fd_seek", (int fd, long offset, int whence, int result) => (int)Seek(fd, offset, whence, result));
        linker.DefineFunction(module, "fd_tell", (int fd, int result) => (int)Seek(fd, 0, 1, result));
        linker.DefineFunction(module, "fd_prestat_get", (int fd, int result) => (int)PreopenedSize(fd, result));
        linker.DefineFunction(module, "fd_prestat_dir_name", (int fd, int buffer, int size) => (int)PreopenedName(fd, buffer, size));
        linker.DefineFunction(module, "fd_readdir", (int fd, int buffer, int size, long cookie, int result) => (int)ReadFolder(fd, buffer, size, cookie, result));
        linker.DefineFunction(module, "fd_renumber", (int from, int to) => (int)handles.Renumber(from, to));
        linker.DefineFunction(module, "sock_accept", (int fd, int _, int _) => (int)On(fd, WasiErrno.NotSocket));
        linker.DefineFunction(module, "sock_recv", (int fd, int _, int _, int _, int _, int _) => (int)On(fd, WasiErrno.NotSocket));
        linker.DefineFunction(module, "sock_send", (int fd, int _, int _, int _, int _) => (int)On(fd, WasiErrno.NotSocket));
        linker.DefineFunction(module, "sock_shutdown", (int fd, int _) => (int)On(fd, WasiErrno.NotSocket));
    }

    private WasiErrno On(int fd, WasiErrno answer) => handles.TryGet(fd, out _) ? answer : WasiErrno.BadHandle;

    private static WasiErrno Read(Handle handle, Span<byte> range, out int count) => handle.Read(range, out count);

    private static WasiErrno Write(Handle handle, Span<byte> range, out int count)
    {
        count = range.Length;
        return handle.Write(range);
    }

    private WasiErrno Move(int fd, int vectors, int count, int result, Transfer transfer)
    {
        if (!handles.TryGet(fd, out Handle? handle)) return WasiErrno.BadHandle;
        if (count is < 0 or > VectorsMax) return WasiErrno.Invalid;
        if (!memory.TrySlice(vectors, count * VectorSize, out Span<byte> list)) return WasiErrno.Fault;

        uint total = 0;
        for (; !list.IsEmpty; list = list[VectorSize..])
        {
            int pointer = BinaryPrimitives.ReadInt32LittleEndian(list);
            int size = BinaryPrimitives.ReadInt32LittleEndian(list[sizeof(int)..]);
            if (!memory.TrySlice(pointer, size, out Span<byte> range)) return WasiErrno.Fault;
            // The count is 32 bits wide: a sum that would not fit is cut short, as POSIX allows.
            if (total + (ulong)range.Length > int.MaxValue) break;
            WasiErrno error = transfer(handle, range, out int moved);
            if (error != WasiErrno.Success) return error;
            total += (uint)moved;
            if (moved < range.Length) break;
        }
        return memory.WriteUInt32(result, total);
    }

    private WasiErrno MoveAt(int fd, int vectors, int count, long offset, int result, Transfer transfer)
    {
        if (!handles.TryGet(fd, out Handle? handle)) return WasiErrno.BadHandle;
        if (handle is not SeekableHandle file) return WasiErrno.NotSeekable;
        long before = file.Position;
        WasiErrno error = file.Seek(offset, 0, out _);
        if (error == WasiErrno.Success) error = Move(fd, vectors, count, result, transfer);
        file.Position = before;
        return error;
    }

    private WasiErrno Seek(int fd, long offset, int whence, int result)
    {
        if (!handles.TryGet(fd, out Handle? handle)) return WasiErrno.BadHandle;
        WasiErrno error = handle.Seek(offset, whence, out long position);
        return error != WasiErrno.Success ? error : memory.WriteUInt64(result, (ulong)position);
    }

    private WasiErrno SetFlags(int fd, int flags)
    {
        if (!handles.TryGet(fd, out Handle? handle)) return WasiErrno.BadHandle;
        if ((flags & ~FlagAppend) != 0) return WasiErrno.NotSupported;
        handle.Appends = flags != 0;
        return WasiErrno.Success;
    }

    // fdstat: type u8 @0, flags u16 @2, rights u64 @8, inherited rights u64 @16.
    private WasiErrno HandleStat(int fd, int result)
    {
        if (!handles.TryGet(fd, out Handle? handle)) return WasiErrno.BadHandle;
        if (!memory.TrySlice(result, HandleStatSize, out Span<byte> stat)) return WasiErrno.Fault;
        stat.Clear();
        stat[0] = (byte)handle.Type;
        stat[2] = handle.Appends ? (byte)FlagAppend : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(stat[8..], handle.Rights);
        BinaryPrimitives.WriteUInt64LittleEndian(stat[16..], handle.InheritedRights);
        return WasiErrno.Success;
    }

    private WasiErrno Stat(int fd, int result) =>
        handles.TryGet(fd, out Handle? handle) ? WasiFileStat.Write(memory, result, handle.Type, handle.Size) : WasiErrno.BadHandle;

    // prestat: tag u8 @0 (0 is a folder), length of the name u32 @4.
    private WasiErrno PreopenedSize(int fd, int result)
    {
        if (!handles.TryGet(fd, out Handle? handle) || handle.AsFolder?.Path is not { } path) return WasiErrno.BadHandle;
        return memory.WriteUInt64(result, (ulong)path.Length << 32);
    }

    private WasiErrno PreopenedName(int fd, int buffer, int size)
    {
        if (!handles.TryGet(fd, out Handle? handle) || handle.AsFolder?.Path is not { } path) return WasiErrno.BadHandle;
        if (unchecked((uint)size) < path.Length) return WasiErrno.NameTooLong;
        if (!memory.TrySlice(buffer, path.Length, out Span<byte> range)) return WasiErrno.Fault;
        Encoding.UTF8.GetBytes(path, range);
        return WasiErrno.Success;
    }

    // dirent: next cookie u64 @0, inode u64 @8, length of the name u32 @16, type u8 @20; then the name. The last one may be cut.
    private WasiErrno ReadFolder(int fd, int buffer, int size, long cookie, int result)
    {
        if (!handles.TryGet(fd, out Handle? handle)) return WasiErrno.BadHandle;
        if (handle.AsFolder is not { } folder) return WasiErrno.NotDirectory;
        if (!memory.TrySlice(buffer, size, out Span<byte> destination)) return WasiErrno.Fault;
        if (cookie < 0) return WasiErrno.Invalid;

        IReadOnlyList<FolderItem> items = folder.Items;
        int used = 0;
        for (long index = cookie; index < items.Count + Above.Length && used < destination.Length; index++)
        {
            (string name, FileType type) = index < Above.Length ? (Above[index], FileType.Directory) : (items[(int)index - Above.Length].Name, items[(int)index - Above.Length].Type);
            int nameSize = Encoding.UTF8.GetByteCount(name);
            var entry = new byte[EntrySize + nameSize];
            BinaryPrimitives.WriteInt64LittleEndian(entry, index + 1);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(16), nameSize);
            entry[20] = (byte)type;
            Encoding.UTF8.GetBytes(name, entry.AsSpan(EntrySize));
            int fits = Math.Min(entry.Length, destination.Length - used);
            entry.AsSpan(0, fits).CopyTo(destination[used..]);
            used += fits;
        }
        return memory.WriteUInt32(result, (uint)used);
    }
}
