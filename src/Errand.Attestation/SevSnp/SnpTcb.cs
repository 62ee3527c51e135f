namespace Errand.Attestation;

/// <summary>Security version numbers of a processor's firmware: TCB_VERSION (AMD 56860, section 2.2).</summary>
/// <param name="Fmc">First mutable code; always 0 before Turin.</param>
/// <param name="BootLoader">Secure processor boot loader.</param>
/// <param name="Tee">Secure processor operating system.</param>
/// <param name="Snp">SNP firmware.</param>
/// <param name="Microcode">Lowest microcode patch level of all cores.</param>
public readonly record struct SnpTcb(byte Fmc, byte BootLoader, byte Tee, byte Snp, byte Microcode)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>True when no component is below that of <paramref name="floor"/>.</summary>
    public bool IsAtLeast(SnpTcb floor) =>
        Fmc >= floor.Fmc && BootLoader >= floor.BootLoader && Tee >= floor.Tee && Snp >= floor.Snp && Microcode >= floor.Microcode;

    /// <summary>Reads a TCB_VERSION; false unless it has 8 bytes whose reserved ones are zero.</summary>
    /// <remarks>
    /// <code>
    /// Milan, Genoa:  boot loader, TEE, 0, 0, 0, 0, SNP, microcode
    /// Turin:         FMC, boot loader, TEE, SNP, 0, 0, 0, microcode
    /// </code>
    /// </remarks>
    public static bool TryRead(SnpProductLine line, ReadOnlySpan<byte> source, out SnpTcb tcb)
    {
        tcb = default;
        if (source.Length != Size) return false;
        bool turin = line == SnpProductLine.Turin;
        if ((turin ? source[4..7] : source[2..6]).ContainsAnyExcept((byte)0)) return false;
        tcb = turin
            ? new SnpTcb(source[0], source[1], source[2], source[3], source[7])
            : new SnpTcb(0, source[0], source[1], source[6], source[7]);
        return true;
    }

    /// <summary>Writes the 8 bytes of the layout that <see cref="TryRead"/> describes.</summary>
    public void Write(SnpProductLine line, Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = line == SnpProductLine.Turin
            ? [Fmc, BootLoader, Tee, Snp, 0, 0, 0, Microcode]
            : [BootLoader, Tee, 0, 0, 0, 0, Snp, Microcode];
        bytes.CopyTo(destination);
    }

    /// <inheritdoc/>
    public override string ToString() => $"fmc {Fmc}, boot loader {BootLoader}, tee {Tee}, snp {Snp}, microcode {Microcode}";
}
