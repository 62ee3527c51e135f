using Wasmtime;

namespace Errand.Enclave;

/// <summary>The path_ calls of preview 1, over /data with what is below it, and /out, which is flat.</summary>
internal sealed class WasiPathCalls(GuestMemory memory, HandleTable handles)
{
    private const int FlagAppend = 1;
    private const int FlagsAll = 0x1F;

    public void Define(Linker linker)
    {
        const string module = WasmProfile.WasiModule;
        linker.DefineFunction(module, "path_open", (int fd, int _, int path, int size, int open, long _, long _, int flags, int result) => (int)Open(fd, path, size, open, flags, result));
        linker.DefineFunction(module, "path_filestat_get", (int fd, int _, int path, int size, int result) => (int)Stat(fd, path, size, result));
        linker.DefineFunction(module, "path_unlink_file", (int fd, int path, int size) => (int)Unlink(fd, path, size));
        linker.DefineFunction(module, "path_rename", (int fd, int path, int size, int toFd, int toPath, int toSize) => (int)Rename(fd, path, size, toFd, toPath, toSize));
        linker.DefineFunction(module, "path_readlink", (int fd, int path, int size, int _, int _, int _) => (int)Refuse(fd, path, size, WasiErrno.Invalid));
        linker.DefineFunction(module, "path_create_directory", (int fd, int path, int size) => (int)Refuse(fd, path, size, WasiErrno.NotSupported));
        linker.DefineFunction(module, "path_remove_directory", (int fd, int path, int size) => (int)Refuse(fd, path, size, WasiErrno.NotDirectory));
        linker.DefineFunction(module, "path_filestat_set_times", (int fd, int _, int path, int size, long _, long _, int _) => (int)Refuse(fd, path, size, WasiErrno.NotSupported));
        linker.DefineFunction(module, "path_link", (int fd, int _, int path, int size, int _, int _, int _) => (int)Refuse(fd, path, size, WasiErrno.NotSupported));
        linker.DefineFunction(module, "path_symlink", (int _, int _, int fd, int path, int size) => (int)Refuse(fd, path, size, WasiErrno.NotSupported));
    }

    private WasiErrno Resolve(int fd, int path, int size, out Folder? folder, out string name)
    {
        name = "";
        folder = null;
        if (!handles.TryGet(fd, out Handle? handle)) return WasiErrno.BadHandle;
        folder = handle.AsFolder;
        if (folder is null) return WasiErrno.NotDirectory;
        if (!memory.TrySlice(path, size, out Span<byte> text)) return WasiErrno.Fault;
        WasiErrno error = SandboxPath.Resolve(text, out IReadOnlyList<string> names);
        if (error != WasiErrno.Success || names.Count == 0) return error;
        foreach (string above in names.Take(names.Count - 1))
        {
            if (folder.Find(above) is null) return WasiErrno.NoEntry;
            folder = folder.Enter(above);
            if (folder is null) return WasiErrno.NotDirectory;
        }
        name = names[^1];
        return WasiErrno.Success;
    }

    private WasiErrno Open(int fd, int path, int size, int open, int flags, int result)
    {
        WasiErrno error = Resolve(fd, path, size, out Folder? folder, out string name);
        if (error != WasiErrno.Success) return error;
        var openFlags = (OpenFlags)open;
        if ((openFlags & ~OpenFlags.All) != 0 || (flags & ~FlagsAll) != 0) return WasiErrno.Invalid;
        if (handles.NextFree() is not { } number) return WasiErrno.TooManyHandles;
        // The result is written first: afterwards nothing may fail, or the handle would be lost.
        error = memory.WriteUInt32(result, (uint)number);
        if (error != WasiErrno.Success) return error;

        Handle? handle = folder;
        if (name.Length > 0) error = folder!.Open(name, openFlags, out handle);
        else if ((openFlags & ~OpenFlags.Directory) != 0) error = WasiErrno.IsDirectory;
        else error = WasiErrno.Success;
        if (error != WasiErrno.Success) return error;
        if (name.Length > 0) handle!.Appends = (flags & FlagAppend) != 0;
        handles.Set(number, handle!);
        return WasiErrno.Success;
    }

    private WasiErrno Stat(int fd, int path, int size, int result)
    {
        WasiErrno error = Resolve(fd, path, size, out Folder? folder, out string name);
        if (error != WasiErrno.Success) return error;
        if (name.Length == 0) return WasiFileStat.Write(memory, result, FileType.Directory, 0);
        return folder!.Find(name) is { } item ? WasiFileStat.Write(memory, result, item.Type, item.Size) : WasiErrno.NoEntry;
    }

    private WasiErrno Unlink(int fd, int path, int size)
    {
        WasiErrno error = Resolve(fd, path, size, out Folder? folder, out string name);
        if (error != WasiErrno.Success) return error;
        return name.Length == 0 ? WasiErrno.IsDirectory : folder!.Remove(name);
    }

    private WasiErrno Rename(int fd, int path, int size, int toFd, int toPath, int toSize)
    {
        WasiErrno error = Resolve(fd, path, size, out Folder? folder, out string name);
        if (error != WasiErrno.Success) return error;
        error = Resolve(toFd, toPath, toSize, out Folder? toFolder, out string toName);
        if (error != WasiErrno.Success) return error;
        if (name.Length == 0 || toName.Length == 0) return WasiErrno.IsDirectory;
        return ReferenceEquals(folder, toFolder) || (folder is DataFolder && toFolder is DataFolder) ? folder!.Rename(name, toName) : WasiErrno.NotCapable;
    }

    private WasiErrno Refuse(int fd, int path, int size, WasiErrno answer)
    {
        WasiErrno error = Resolve(fd, path, size, out Folder? folder, out string name);
        if (error != WasiErrno.Success) return error;
        bool isFolder = answer == WasiErrno.NotDirectory && name.Length > 0 && folder!.Find(name) is { Type: FileType.Directory };
        return folder is DataFolder && (answer == WasiErrno.NotSupported || isFolder) ? WasiErrno.ReadOnly : answer;
    }
}
