using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims of a verified TDX quote: {0: kind, 1: quote version, 2: body type, 3: MRTD, 4: [RTMR0..3], 5: MRSEAM, 6: MRSIGNERSEAM,
/// 7: SEAMATTRIBUTES, 8: TDATTRIBUTES, 9: XFAM, 10: MRCONFIGID, 11: MROWNER, 12: MROWNERCONFIG, 13: report data, 14: TEE_TCB_SVN,
/// 15: [TEE_TCB_SVN_2, MRSERVICETD] or [], 16: user data, 17: platform (<see cref="IntelClaims"/>)}.
/// </summary>
internal static class TdxClaims
{
    internal static byte[] Encode(VerifiedTdxQuote verified)
    {
        TdReport report = verified.Report;
        var writer = new CanonicalWriter();
        writer.Map(18)
            .Key(0).UInt((ulong)TeeKind.Tdx)
            .Key(1).UInt((ulong)verified.Quote.Version)
            .Key(2).UInt((ulong)verified.Quote.BodyType)
            .Key(3).Bytes(report.MrTd.Span)
            .Key(4).Array(TdReport.RtmrCount);
        for (int i = 0; i < TdReport.RtmrCount; i++) writer.Bytes(report.Rtmr(i).Span);
        writer
            .Key(5).Bytes(report.MrSeam.Span)
            .Key(6).Bytes(report.MrSignerSeam.Span)
            .Key(7).UInt(report.SeamAttributes)
            .Key(8).UInt(report.Attributes.Bits)
            .Key(9).UInt(report.Xfam)
            .Key(10).Bytes(report.MrConfigId.Span)
            .Key(11).Bytes(report.MrOwner.Span)
            .Key(12).Bytes(report.MrOwnerConfig.Span)
            .Key(13).Bytes(report.ReportData.Span)
            .Key(14).Bytes(report.TeeTcbSvn.Span)
            .Key(15);
        if (report is { TeeTcbSvn2: { } svn, MrServiceTd: { } services }) writer.Array(2).Bytes(svn.Span).Bytes(services.Span);
        else writer.Array(0);
        writer.Key(16).Bytes(verified.Quote.UserData.Span).Key(17);
        IntelClaims.Write(writer, verified.Quote, verified.Platform);
        return writer.ToArray();
    }
}
