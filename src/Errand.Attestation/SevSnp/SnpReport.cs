using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// An AMD SEV-SNP attestation report, versions 2 to 5 (AMD 56860, section 7.3, ATTESTATION_REPORT): 1,184 bytes, little-endian.
/// </summary>
/// <remarks>
/// <code>
/// 000 version      004 guest svn    008 policy       010 family id   020 image id     030 vmpl        034 signature algorithm
/// 038 current TCB  040 platform     048 key info     050 report data (64)              090 measurement (48)
/// 0C0 host data    0E0 id key digest (48)            110 author key digest (48)        140 report id   160 report id of MA
/// 180 reported TCB 188 CPUID family, model, stepping (from version 3)                  1A0 chip id (64)
/// 1E0 committed TCB                 1E8 current and committed firmware                 1F0 launch TCB
/// 1F8 launch and current mitigations (from version 5)                                  2A0 R, S (72 each), zero to the end
/// </code>
/// Reserved bytes must be zero, those of the TCB versions too, once the product line is known. PLATFORM_INFO is taken as it is:
/// real Turin reports set a bit that the published layout reserves, and the field is signed.
/// </remarks>
public sealed class SnpReport
{
    /// <summary>Bytes of a report.</summary>
    public const int Size = 1184;

    /// <summary>The signature covers the bytes before this offset.</summary>
    public const int SignedSize = 0x2A0;

    /// <summary>Bytes of REPORT_DATA.</summary>
    public const int ReportDataSize = 64;

    /// <summary>Bytes of MEASUREMENT.</summary>
    public const int MeasurementSize = 48;

    /// <summary>Bytes of CHIP_ID.</summary>
    public const int ChipIdSize = 64;

    private const uint EcdsaP384Sha384 = 1;
    private const int ComponentSize = 72;
    private const int ScalarSize = 48;

    private readonly byte[] _bytes;

    private SnpReport(byte[] bytes) => _bytes = bytes;

    /// <summary>The bytes as received.</summary>
    public ReadOnlyMemory<byte> Encoded => _bytes;

    /// <summary>Version of the layout, 2 to 5.</summary>
    public int Version => (int)UInt32(0x00);

    /// <summary>GUEST_SVN.</summary>
    public uint GuestSvn => UInt32(0x04);

    /// <summary>The guest's policy.</summary>
    public SnpGuestPolicy Policy => new(UInt64(0x08));

    /// <summary>FAMILY_ID, 16 bytes.</summary>
    public ReadOnlyMemory<byte> FamilyId => _bytes.AsMemory(0x10, 16);

    /// <summary>IMAGE_ID, 16 bytes.</summary>
    public ReadOnlyMemory<byte> ImageId => _bytes.AsMemory(0x20, 16);

    /// <summary>Privilege level of whoever asked, 0 to 3. (FFFFFFFFh, a request by the host, is refused.)</summary>
    public uint Vmpl => UInt32(0x30);

    /// <summary>CURRENT_TCB, 8 raw bytes.</summary>
    public ReadOnlyMemory<byte> CurrentTcb => _bytes.AsMemory(0x38, SnpTcb.Size);

    /// <summary>PLATFORM_INFO, reserved bits too.</summary>
    public SnpPlatformInfo PlatformInfo => (SnpPlatformInfo)UInt64(0x40);

    /// <summary>True when AUTHOR_KEY_DIGEST is meant.</summary>
    public bool HasAuthorKey => (UInt32(0x48) & 1) != 0;

    /// <summary>True when the host asked for CHIP_ID and signature to be masked.</summary>
    public bool MasksChipKey => (UInt32(0x48) & 2) != 0;

    /// <summary>The key that signed.</summary>
    public SnpSigningKey SigningKey => (SnpSigningKey)(UInt32(0x48) >> 2 & 7);

    /// <summary>REPORT_DATA, 64 bytes.</summary>
    public ReadOnlyMemory<byte> ReportData => _bytes.AsMemory(0x50, ReportDataSize);

    /// <summary>MEASUREMENT, the launch digest, 48 bytes.</summary>
    public ReadOnlyMemory<byte> Measurement => _bytes.AsMemory(0x90, MeasurementSize);

    /// <summary>HOST_DATA, 32 bytes.</summary>
    public ReadOnlyMemory<byte> HostData => _bytes.AsMemory(0xC0, 32);

    /// <summary>ID_KEY_DIGEST, 48 bytes.</summary>
    public ReadOnlyMemory<byte> IdKeyDigest => _bytes.AsMemory(0xE0, 48);

    /// <summary>AUTHOR_KEY_DIGEST, 48 bytes.</summary>
    public ReadOnlyMemory<byte> AuthorKeyDigest => _bytes.AsMemory(0x110, 48);

    /// <summary>REPORT_ID, 32 bytes, one per life of a guest.</summary>
    public ReadOnlyMemory<byte> ReportId => _bytes.AsMemory(0x140, 32);

    /// <summary>REPORT_ID_MA, 32 bytes; all ones without a migration agent.</summary>
    public ReadOnlyMemory<byte> ReportIdMigrationAgent => _bytes.AsMemory(0x160, 32);

    /// <summary>REPORTED_TCB, 8 raw bytes: the version that the signing key is derived from.</summary>
    public ReadOnlyMemory<byte> ReportedTcb => _bytes.AsMemory(0x180, SnpTcb.Size);

    /// <summary>CPUID family, model and stepping; null before version 3.</summary>
    public (byte Family, byte Model, byte Stepping)? Cpuid => Version < 3 ? null : (_bytes[0x188], _bytes[0x189], _bytes[0x18A]);

    /// <summary>CHIP_ID, 64 bytes; all zero when masked.</summary>
    public ReadOnlyMemory<byte> ChipId => _bytes.AsMemory(0x1A0, ChipIdSize);

    /// <summary>True when CHIP_ID is all zero.</summary>
    public bool ChipIdIsMasked => !ChipId.Span.ContainsAnyExcept((byte)0);

    /// <summary>COMMITTED_TCB, 8 raw bytes.</summary>
    public ReadOnlyMemory<byte> CommittedTcb => _bytes.AsMemory(0x1E0, SnpTcb.Size);

    /// <summary>Firmware now running: major, minor, build.</summary>
    public (byte Major, byte Minor, byte Build) CurrentFirmware => (_bytes[0x1EA], _bytes[0x1E9], _bytes[0x1E8]);

    /// <summary>Firmware committed, below which the machine cannot go back: major, minor, build.</summary>
    public (byte Major, byte Minor, byte Build) CommittedFirmware => (_bytes[0x1EE], _bytes[0x1ED], _bytes[0x1EC]);

    /// <summary>LAUNCH_TCB, 8 raw bytes: the version when the guest was launched.</summary>
    public ReadOnlyMemory<byte> LaunchTcb => _bytes.AsMemory(0x1F0, SnpTcb.Size);

    /// <summary>LAUNCH_MIT_VECTOR; null before version 5.</summary>
    public ulong? LaunchMitigations => Version < 5 ? null : UInt64(0x1F8);

    /// <summary>CURRENT_MIT_VECTOR; null before version 5.</summary>
    public ulong? CurrentMitigations => Version < 5 ? null : UInt64(0x200);

    /// <summary>The bytes that the signature covers.</summary>
    public ReadOnlySpan<byte> Signed => _bytes.AsSpan(0, SignedSize);

    /// <summary>Reads a report; null unless it is 1,184 bytes of a known version with its reserved bits as they must be.</summary>
    public static SnpReport? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) return null;
        var report = new SnpReport(bytes.ToArray());
        return report.UInt32(0x00) is >= 2 and <= 5 && report.ReservedIsZero() && report.Policy.IsWellFormed && report.Vmpl <= 3
            && report.UInt32(0x34) == EcdsaP384Sha384 && report.SigningKey is SnpSigningKey.Vcek or SnpSigningKey.Vlek
            ? report
            : null;
    }

    /// <summary>The signature as r ‖ s, 48 bytes each, big-endian. On the wire both are little-endian in 72 bytes.</summary>
    public byte[] SignatureP1363()
    {
        var signature = new byte[2 * ScalarSize];
        for (int i = 0; i < ScalarSize; i++)
        {
            signature[ScalarSize - 1 - i] = _bytes[SignedSize + i];
            signature[2 * ScalarSize - 1 - i] = _bytes[SignedSize + ComponentSize + i];
        }
        return signature;
    }

    private bool ReservedIsZero()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        return UInt32(0x48) >> 5 == 0 && UInt32(0x4C) == 0
            && Zero(bytes[(Version >= 3 ? 0x18B : 0x188)..0x1A0]) && bytes[0x1EB] == 0 && bytes[0x1EF] == 0
            && Zero(bytes[(Version >= 5 ? 0x208 : 0x1F8)..SignedSize])
            && Zero(bytes.Slice(SignedSize + ScalarSize, ComponentSize - ScalarSize))
            && Zero(bytes[(SignedSize + ComponentSize + ScalarSize)..]);
    }

    private static bool Zero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(offset));
}
