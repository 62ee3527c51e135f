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
        RequirePossible(Position);
        long end = Position + source.Length;
        if (end > Size) Resize(end);
        _node.Write(Position, source);
        Position = end;
        return WasiErrno.Success;
    }

    public override WasiErrno Resize(long length)
    {
        if (length < 0) return WasiErrno.Invalid;
        RequirePossible(length);
        // A whole page is taken and later wiped even for one byte: without its price an app could make the host do so for ever.
        _memory.Charge((ulong)(Math.Abs(length - Size) + Math.Max(0, OutputNode.HeldFor(length) - OutputNode.HeldFor(Size))));
        _folder.Resize(_node, length);
        return WasiErrno.Success;
    }

    public override void Close() => _node.OpenHandles--;

    // Positions and lengths come from the guest: no sum may overflow before the folder refuses it.
    private static void RequirePossible(long position)
    {
        if (position > SandboxLimits.OutputBytesMax) throw new GuestStopException(OutcomeCode.Limit);
    }
}
