namespace Errand.Enclave;

/// <summary>Standard input: always at its end.</summary>
internal sealed class EmptyHandle : Handle
{
    public override FileType Type => FileType.CharacterDevice;

    public override ulong Rights => RightRead | RightStat;

    public override WasiErrno Read(Span<byte> destination, out int count)
    {
        count = 0;
        return WasiErrno.Success;
    }
}
