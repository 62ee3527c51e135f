namespace Errand.Enclave;

/// <summary>What a file descriptor of a guest stands for. What a kind does not override, it cannot do.</summary>
internal abstract class Handle
{
    /// <summary>__WASI_RIGHTS of preview 1, as far as this host grants them.</summary>
    protected const ulong RightRead = 1 << 1, RightSeek = 1 << 2, RightSetFlags = 1 << 3, RightSync = 1 << 4, RightTell = 1 << 5, RightWrite = 1 << 6,
        RightCreateFile = 1 << 10, RightOpen = 1 << 13, RightReadFolder = 1 << 14, RightRename = 1 << 16 | 1 << 17, RightPathStat = 1 << 18,
        RightPathResize = 1 << 19, RightStat = 1 << 21, RightResize = 1 << 22, RightUnlink = 1 << 26;

    /// <summary>Its kind.</summary>
    public abstract FileType Type { get; }

    /// <summary>What it may be asked.</summary>
    public abstract ulong Rights { get; }

    /// <summary>What handles opened through it may be asked.</summary>
    public virtual ulong InheritedRights => 0;

    /// <summary>Bytes of content.</summary>
    public virtual long Size => 0;

    /// <summary>True when each write goes to the end.</summary>
    public bool Appends { get; set; }

    /// <summary>The folder behind it, if it is one.</summary>
    public virtual Folder? AsFolder => null;

    /// <summary>Reads at the current position.</summary>
    public virtual WasiErrno Read(Span<byte> destination, out int count)
    {
        count = 0;
        return WasiErrno.NotCapable;
    }

    /// <summary>Writes at the current position, all or nothing.</summary>
    public virtual WasiErrno Write(ReadOnlySpan<byte> source) => WasiErrno.NotCapable;

    /// <summary>Moves the position: whence 0 from the start, 1 from here, 2 from the end.</summary>
    public virtual WasiErrno Seek(long offset, int whence, out long position)
    {
        position = 0;
        return WasiErrno.NotSeekable;
    }

    /// <summary>Sets the length.</summary>
    public virtual WasiErrno Resize(long length) => WasiErrno.NotCapable;

    /// <summary>Lets go of what it holds.</summary>
    public virtual void Close()
    {
    }
}
