using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>An open file of /out.</summary>
internal sealed class OutputHandle : SeekableHandle
{
    private readonly GuestMemory _memory;
    private readonly OutputFolder _folder;
    private readonly OutputNode _node;

    public OutputHandle(GuestMemory memory, OutputFolder folder, OutputNode node)
    {
        _memory = memory;
        _folder = folder;
        _node = node;
        node.OpenHandles++;
    }

    public override ulong Rights => OutFolder.FileRights;

    public override long Size => _node.Length;

    public override WasiErrno Read(Span<byte> destination, out int count)
    {
        count = _node.Read(Position, destination);
        Position += count;
        return WasiErrno.Success;
    }

    public override WasiErrno Write(ReadOnlySpan<byte> source)
    {
        if (Appends) Position = Size;
        if (source.IsEmpty) return WasiErrno.Success;
        // Positions come from the guest: no sum may overflow before the folder refuses it.
        if (Position > SandboxLimits.OutputBytesMax) throw new GuestStopException(OutcomeCode.Limit);
        long end = Position + source.Length;
        if (end > Size) Resize(end);
        _node.Write(Position, source);
        Position = end;
        return WasiErrno.Success;
    }

    public override WasiErrno Resize(long length)
    {
        if (length < 0) return WasiErrno.Invalid;
        _memory.Charge((ulong)Math.Abs(length - Size));
        _folder.Resize(_node, length);
        return WasiErrno.Success;
    }

    public override void Close() => _node.OpenHandles--;
}
