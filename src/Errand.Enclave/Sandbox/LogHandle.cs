namespace Errand.Enclave;

/// <summary>Standard output and error: both go to the log.</summary>
internal sealed class LogHandle(BoundedLog log) : Handle
{
    public override FileType Type => FileType.CharacterDevice;

    public override ulong Rights => RightWrite | RightSync | RightStat;

    public override WasiErrno Write(ReadOnlySpan<byte> source)
    {
        log.Append(source);
        return WasiErrno.Success;
    }
}
