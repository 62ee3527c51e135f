using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims of a verified SGX quote: {0: kind, 1: quote version, 2: MRENCLAVE, 3: MRSIGNER, 4: ISVPRODID, 5: ISVSVN, 6: attribute flags,
/// 7: XFRM, 8: MISCSELECT, 9: CONFIGID, 10: CONFIGSVN, 11: ISVEXTPRODID, 12: ISVFAMILYID, 13: report data, 14: CPUSVN, 15: CET attributes,
/// 16: user data, 17: platform (<see cref="IntelClaims"/>)}.
/// </summary>
internal static class SgxClaims
{
    internal static byte[] Encode(VerifiedSgxQuote verified)
    {
        SgxReport report = verified.Report;
        var writer = new CanonicalWriter();
        writer.Map(18)
            .Key(0).UInt((ulong)TeeKind.Sgx)
            .Key(1).UInt((ulong)verified.Quote.Version)
            .Key(2).Bytes(report.MrEnclave.Span)
            .Key(3).Bytes(report.MrSigner.Span)
            .Key(4).UInt(report.IsvProductId)
            .Key(5).UInt(report.IsvSvn)
            .Key(6).UInt(report.Attributes.Flags)
            .Key(7).UInt(report.Attributes.Xfrm)
            .Key(8).UInt(report.MiscSelect)
            .Key(9).Bytes(report.ConfigId.Span)
            .Key(10).UInt(report.ConfigSvn)
            .Key(11).Bytes(report.IsvExtendedProductId.Span)
            .Key(12).Bytes(report.IsvFamilyId.Span)
            .Key(13).Bytes(report.ReportData.Span)
            .Key(14).Bytes(report.CpuSvn.Span)
            .Key(15).UInt(report.CetAttributes)
            .Key(16).Bytes(verified.Quote.UserData.Span)
            .Key(17);
        IntelClaims.Write(writer, verified.Quote, verified.Platform);
        return writer.ToArray();
    }
}
