using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims of a verified report: {0: kind, 1: version, 2: product line, 3: measurement, 4: policy, 5: vmpl, 6: host data, 7: report data,
/// 8: chip id, 9: TCBs [reported, committed, launch, current] as raw bytes, 10: guest svn, 11: family id, 12: image id, 13: id key digest,
/// 14: author key digest, 15: report id, 16: migration agent's report id, 17: platform info, 18: signing key, 19: [current, committed] firmware
/// as major·2^16 + minor·2^8 + build, 20: [launch, current] mitigations or [], 21: SHA-256 of the endorsement key's certificate,
/// 22: root's key digest}.
/// </summary>
internal static class SnpClaims
{
    internal static byte[] Encode(VerifiedSnpReport verified, Bytes32 endorsement)
    {
        SnpReport report = verified.Report;
        var writer = new CanonicalWriter();
        writer.Map(23)
            .Key(0).UInt((ulong)TeeKind.SevSnp)
            .Key(1).UInt((ulong)report.Version)
            .Key(2).UInt((ulong)verified.ProductLine)
            .Key(3).Bytes(report.Measurement.Span)
            .Key(4).UInt(report.Policy.Bits)
            .Key(5).UInt(report.Vmpl)
            .Key(6).Bytes(report.HostData.Span)
            .Key(7).Bytes(report.ReportData.Span)
            .Key(8).Bytes(report.ChipId.Span)
            .Key(9).Array(4).Bytes(report.ReportedTcb.Span).Bytes(report.CommittedTcb.Span).Bytes(report.LaunchTcb.Span).Bytes(report.CurrentTcb.Span)
            .Key(10).UInt(report.GuestSvn)
            .Key(11).Bytes(report.FamilyId.Span)
            .Key(12).Bytes(report.ImageId.Span)
            .Key(13).Bytes(report.IdKeyDigest.Span)
            .Key(14).Bytes(report.AuthorKeyDigest.Span)
            .Key(15).Bytes(report.ReportId.Span)
            .Key(16).Bytes(report.ReportIdMigrationAgent.Span)
            .Key(17).UInt((ulong)report.PlatformInfo)
            .Key(18).UInt((ulong)report.SigningKey)
            .Key(19).Array(2).UInt(Firmware(report.CurrentFirmware)).UInt(Firmware(report.CommittedFirmware));
        writer.Key(20);
        if (report is { LaunchMitigations: { } launch, CurrentMitigations: { } current }) writer.Array(2).UInt(launch).UInt(current);
        else writer.Array(0);
        return writer.Key(21).Bytes(endorsement).Key(22).Bytes(verified.Root.SpkiDigest).ToArray();
    }

    private static ulong Firmware((byte Major, byte Minor, byte Build) version) => (ulong)(version.Major << 16 | version.Minor << 8 | version.Build);
}
