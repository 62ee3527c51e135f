namespace Errand.Enclave;

/// <summary>An open file of /data that is not in memory: a part of what comes on the tape under one number.</summary>
/// <param name="tape">The tape.</param>
/// <param name="file">The number.</param>
/// <param name="offset">Where the file begins in it.</param>
/// <param name="size">Bytes of the file.</param>
internal sealed class TapeHandle(DataTape tape, int file, long offset, long size) : SeekableHandle
{
    public override ulong Rights => DataFolder.FileRights;

    public override long Size => size;

    public override WasiErrno Read(Span<byte> destination, out int count)
    {
        count = 0;
        if (Position >= size || destination.IsEmpty) return WasiErrno.Success;
        Span<byte> wanted = destination[..(int)Math.Min(destination.Length, size - Position)];
        if (!tape.TryRead(file, offset + Position, wanted, out count)) return WasiErrno.NotSeekable;
        Position += count;
        return WasiErrno.Success;
    }

    // Said when the app asks to go there, and not only when it reads.
    protected override bool CanStandAt(long position) => position >= size || tape.CanReach(file, offset + position);
}
