namespace Errand.Enclave;

/// <summary>A handle with a position.</summary>
internal abstract class SeekableHandle : Handle
{
    /// <summary>Where the next read or write begins; never negative, possibly beyond the end, or where nothing can be read any more.</summary>
    public long Position { get; set; }

    public sealed override FileType Type => FileType.RegularFile;

    public sealed override WasiErrno Seek(long offset, int whence, out long position)
    {
        position = 0;
        Int128 target = offset + (Int128)(whence switch { 0 => 0, 1 => Position, 2 => Size, _ => long.MinValue });
        if (target < 0 || target > long.MaxValue) return WasiErrno.Invalid;
        // Who asks where it stands moves nothing.
        if (target != Position && !CanStandAt((long)target)) return WasiErrno.NotSeekable;
        Position = position = (long)target;
        return WasiErrno.Success;
    }

    /// <summary>False where nothing can be read any more.</summary>
    protected virtual bool CanStandAt(long position) => true;
}
