namespace Errand.Enclave;

/// <summary>An open file of /data.</summary>
internal sealed class DataHandle(ReadOnlyMemory<byte> content) : SeekableHandle
{
    public override ulong Rights => DataFolder.FileRights;

    public override long Size => content.Length;

    public override WasiErrno Read(Span<byte> destination, out int count)
    {
        count = 0;
        if (Position >= content.Length) return WasiErrno.Success;
        ReadOnlySpan<byte> rest = content.Span[(int)Position..];
        count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        Position += count;
        return WasiErrno.Success;
    }
}
