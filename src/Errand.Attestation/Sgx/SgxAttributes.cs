namespace Errand.Attestation;

/// <summary>ATTRIBUTES of an enclave (Intel SDM volume 3D, section 40.7.1).</summary>
/// <param name="Flags">The first eight bytes.</param>
/// <param name="Xfrm">Processor state that the enclave may use.</param>
public readonly record struct SgxAttributes(ulong Flags, ulong Xfrm)
{
    private const ulong InitBit = 1 << 0;
    private const ulong DebugBit = 1 << 1;

    // INIT, DEBUG, MODE64BIT, PROVISIONKEY, EINITTOKEN_KEY, CET, KSS, AEXNOTIFY.
    private const ulong KnownBits = InitBit | DebugBit | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10;

    /// <summary>The host may read and write the enclave.</summary>
    public bool AllowsDebug => (Flags & DebugBit) != 0;

    /// <summary>True when the enclave was initialised and no reserved flag is set.</summary>
    public bool IsWellFormed => (Flags & InitBit) != 0 && (Flags & ~KnownBits) == 0;

    /// <inheritdoc/>
    public override string ToString() => $"flags 0x{Flags:x}, xfrm 0x{Xfrm:x}";
}
