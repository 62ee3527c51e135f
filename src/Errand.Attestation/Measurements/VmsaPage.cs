using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>The save area of a virtual processor as the VMM launches it: one page (AMD64 manual, volume 2, table B-4).</summary>
internal static class VmsaPage
{
    /// <summary>Where the first processor starts.</summary>
    internal const uint FirstProcessor = 0xFFFF_FFF0;

    /// <summary>PAT after a reset (AMD64 manual, volume 2, section 7.8.2).</summary>
    private const ulong ResetPat = 0x0007_0406_0007_0406;

    /// <summary>RDX where the VMM puts no processor signature there.</summary>
    private const ulong ResetDx = 0x600;

    private const ushort Data = 0x93;

    private const ushort FlatCodeSelector = 8, FlatDataSelector = 16;
    private const ushort FlatCode = 0xC9B, FlatData = 0xC93;

    /// <param name="vmm">Whose initial state.</param>
    /// <param name="start">First instruction.</param>
    /// <param name="features">SEV_FEATURES.</param>
    /// <param name="signature">Only QEMU hands it over, in RDX.</param>
    internal static byte[] Make(VmmKind vmm, uint start, ulong features, VcpuSignature signature)
    {
        (ushort code, ushort stack, ushort task, ulong rdx, ulong pat, uint mxcsr, ushort fcw) = vmm switch
        {
            VmmKind.Qemu => ((ushort)0x9B, Data, (ushort)0x8B, (ulong)signature.Value, ResetPat, 0x1F80u, (ushort)0x37F),
            VmmKind.Ec2 => ((ushort)(start == FirstProcessor ? 0x9A : 0x9B), (ushort)0x92, (ushort)0x83, ResetDx, ResetPat, 0u, (ushort)0),
            VmmKind.Gce => ((ushort)0x9B, Data, (ushort)0x8B, ResetDx, 0x0007_0106ul, 0u, (ushort)0),
            _ => throw new ArgumentOutOfRangeException(nameof(vmm)),
        };
        var page = new byte[SevFirmware.PageSize];
        Segment(page, 0x00, 0, Data, 0); // ES
        Segment(page, 0x10, 0xF000, code, start & 0xFFFF_0000); // CS
        Segment(page, 0x20, 0, stack, 0); // SS
        Segment(page, 0x30, 0, Data, 0); // DS
        Segment(page, 0x40, 0, Data, 0); // FS
        Segment(page, 0x50, 0, Data, 0); // GS
        Segment(page, 0x60, 0, 0, 0); // GDTR
        Segment(page, 0x70, 0, 0x82, 0); // LDTR
        Segment(page, 0x80, 0, 0, 0); // IDTR
        Segment(page, 0x90, 0, task, 0); // TR
        Word(page, 0x0D0, 0x1000); // EFER: KVM sets SVME
        Word(page, 0x148, 0x40); // CR4: KVM sets MCE
        Word(page, 0x158, 0x10); // CR0
        Word(page, 0x160, 0x400); // DR7
        Word(page, 0x168, 0xFFFF_0FF0); // DR6
        Word(page, 0x170, 0x2); // RFLAGS
        Word(page, 0x178, start & 0xFFFF); // RIP
        Word(page, 0x268, pat);
        Word(page, 0x310, rdx);
        Word(page, 0x3B0, features);
        Word(page, 0x3E8, 0x1); // XCR0
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(0x408), mxcsr);
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(0x410), fcw);
        return page;
    }

    /// <summary>A processor that QEMU starts in a service module: in flat protected mode.</summary>
    /// <param name="start">First instruction.</param>
    /// <param name="features">SEV_FEATURES.</param>
    /// <param name="signature">In RDX.</param>
    internal static byte[] MakeFlat(uint start, ulong features, VcpuSignature signature)
    {
        byte[] page = Make(VmmKind.Qemu, start, features, signature);
        FlatSegment(page, 0x00, FlatDataSelector, FlatData); // ES
        FlatSegment(page, 0x10, FlatCodeSelector, FlatCode); // CS
        FlatSegment(page, 0x20, FlatDataSelector, FlatData); // SS
        FlatSegment(page, 0x30, FlatDataSelector, FlatData); // DS
        FlatSegment(page, 0x40, FlatDataSelector, FlatData); // FS
        Word(page, 0x158, 0x11); // CR0: protected mode
        Word(page, 0x178, start); // RIP
        return page;
    }

    private static void FlatSegment(Span<byte> page, int offset, ushort selector, ushort attributes)
    {
        Segment(page, offset, selector, attributes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(page[(offset + 4)..], uint.MaxValue);
    }

    private static void Segment(Span<byte> page, int offset, ushort selector, ushort attributes, uint address)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(page[offset..], selector);
        BinaryPrimitives.WriteUInt16LittleEndian(page[(offset + 2)..], attributes);
        BinaryPrimitives.WriteUInt32LittleEndian(page[(offset + 4)..], 0xFFFF);
        BinaryPrimitives.WriteUInt64LittleEndian(page[(offset + 8)..], address);
    }

    private static void Word(Span<byte> page, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(page[offset..], value);
}
