using System.Buffers.Binary;

namespace Errand.Attestation.Tests;

/// <summary>Bodies of quotes with a different value in each field.</summary>
internal static class Bodies
{
    /// <summary>SEPT_VE_DISABLE.</summary>
    public const ulong TdAttributeBits = 1ul << 28;

    /// <summary>INIT and MODE64BIT.</summary>
    public const ulong EnclaveFlags = 0x05;

    public static byte[] Td(int size = TdReport.Size10)
    {
        var body = new byte[size];
        byte[] svn = [7, 1, 3];
        svn.CopyTo(body, 0);
        Fill(body, 0x10, 48, 0x11); // MRSEAM; MRSIGNERSEAM and SEAMATTRIBUTES are zero for Intel's modules
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(0x78), TdAttributeBits);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(0x80), 0xE7);
        for (int i = 0; i < 8; i++) Fill(body, 0x88 + 48 * i, 48, (byte)(0x20 + i)); // MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0..3
        Fill(body, 0x208, 64, 0x40);
        if (size == TdReport.Size15) svn.CopyTo(body, 0x248);
        return body;
    }

    public static byte[] Enclave()
    {
        var body = new byte[SgxReport.Size];
        Fill(body, 0, 16, 0x05);
        Fill(body, 0x20, 16, 0x12); // ISVEXTPRODID
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(0x30), EnclaveFlags);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(0x38), 0xE7);
        Fill(body, 0x40, 32, 0x21); // MRENCLAVE
        Fill(body, 0x80, 32, 0x22); // MRSIGNER
        Fill(body, 0xC0, 64, 0x23); // CONFIGID
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(0x100), 7);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(0x102), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(0x104), 2);
        Fill(body, 0x130, 16, 0x24); // ISVFAMILYID
        Fill(body, 0x140, 64, 0x40);
        return body;
    }

    /// <summary>A quoting enclave's report without its report data.</summary>
    public static byte[] Qe(byte signer, ushort product)
    {
        var report = new byte[SgxReport.Size];
        Fill(report, 0, 16, 0x05);
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x30), 0x15);
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x38), 0xE7);
        Fill(report, 0x40, 32, 0xE5);
        Fill(report, 0x80, 32, signer);
        BinaryPrimitives.WriteUInt16LittleEndian(report.AsSpan(0x100), product);
        BinaryPrimitives.WriteUInt16LittleEndian(report.AsSpan(0x102), 6);
        return report;
    }

    private static void Fill(byte[] bytes, int offset, int count, byte value) => bytes.AsSpan(offset, count).Fill(value);
}
