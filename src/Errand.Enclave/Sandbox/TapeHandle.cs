namespace Errand.Enclave;

/// <summary>An open file of /data that is not in memory.</summary>
internal sealed class TapeHandle(DataTape tape, int file) : SeekableHandle
{
    public override ulong Rights => DataFolder.FileRights;

    public override long Size => tape.Files[file].SizeBytes;

    public override WasiErrno Read(Span<byte> destination, out int count)
    {
        count = 0;
        if (Position >= Size || destination.IsEmpty) return WasiErrno.Success;
        if (!tape.TryRead(file, Position, destination, out count)) return WasiErrno.NotSeekable;
        Position += count;
        return WasiErrno.Success;
    }

    // Said when the app asks to go there, and not only when it reads.
    protected override bool CanStandAt(long position) => position >= Size || tape.CanReach(file, position);
}
