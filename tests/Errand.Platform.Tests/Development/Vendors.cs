using Errand.Attestation;
using Errand.Platform;

namespace Errand.Platform.Tests;

/// <summary>One development vendor for all tests: its RSA keys take seconds to make.</summary>
internal static class Vendors
{
    private static readonly Lazy<DevelopmentVendor> Made = new(() => DevelopmentVendor.Create(new byte[32]));

    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static DevelopmentVendor Genoa => Made.Value;

    public static TrustedRoots Roots { get; } = Genoa.DangerousPinInto(TrustedRoots.Vendors);

    public static DevelopmentTeeOptions TeeOptions { get; } = new()
    {
        ChipId = DevelopmentTee.DeriveChipId(SnpProductLine.Genoa, "chip 1"u8),
        Measurement = Enumerable.Repeat((byte)0x4D, 48).ToArray(),
    };

    public static byte[] ReportData { get; } = Enumerable.Range(0, 64).Select(i => (byte)i).ToArray();

    /// <summary>A policy that evidence with the given options and <see cref="ReportData"/> satisfies.</summary>
    public static TeePolicy PolicyFor(DevelopmentTee tee) => new()
    {
        Roots = Roots,
        SevSnp = new SnpPolicy
        {
            References = [tee.ToReference("test image")],
            Floors = new Dictionary<SnpProductLine, SnpTcbFloor> { [SnpProductLine.Genoa] = SnpTcbFloor.Same(DevelopmentTeeOptions.DefaultTcb) },
            Chip = new SnpChipRule.Exactly(tee.ChipId),
            Platform = SnpPlatformRule.Any,
            Mitigations = 0,
            Revocation = SnpRevocationRule.WhenGiven,
            ReportData = new SnpReportDataRule.Exactly(ReportData),
        },
    };

    public static PlatformPolicy PolicyFor(ReadOnlyMemory<byte> nonce, EkTemplate template = EkTemplate.EccL2) => new()
    {
        Roots = Roots,
        RootClasses = [RootClass.TpmHardware],
        EkTemplates = new Dictionary<TpmVendor, EkTemplate> { [DevelopmentTpm.Vendor] = template },
        RequiredPcrs = DevelopmentTpm.MeasuredPcrs,
        Nonce = nonce,
        ExpiredNonces = [],
        Class = PlatformClass.Identity,
        References = [],
        RequireSecureBoot = true,
        RequireIma = false,
        Ima = null,
        DeniedTpms = [],
    };
}
