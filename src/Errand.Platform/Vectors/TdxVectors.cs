using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of TDX quotes: verification under the vendor's root with the case's collateral. Policy is not theirs to test.</summary>
internal static class TdxVectors
{
    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        byte[] quote = vector.Find("quote") ?? throw new InvalidDataException("The case has no quote.");
        DateTimeOffset now = vector.VerifyAt ?? throw new InvalidDataException("The case has no time.");
        TdxVerification verification = TdxVerifier.Verify(quote, IntelVectors.ReadCollateral(vector), CaseRoots.Read(vector, RootClass.IntelSgx), now);
        AttestationResult result = verification.Result;
        JsonObject values = IntelVectors.Describe(quote, verification.Tcb);
        if (IntelQuote.TryParse(quote) is { TeeType: IntelTeeType.Tdx } parsed && TdReport.TryParse(parsed.Body) is { } report)
        {
            values["body"] = Describe(report);
            values["debug"] = report.Attributes.IsDebug;
            result = result.Then(IntelVectors.CheckReportData(vector, report.ReportData));
            if (vector.Find("ccel-event-log") is { } area) result = result.Then(EventLogVectors.VerifyCcel(area, [.. Enumerable.Range(0, TdReport.RtmrCount).Select(report.Rtmr)], values));
        }
        return (result, values);
    }

    internal static JsonObject Describe(TdReport report)
    {
        var described = new JsonObject
        {
            ["tee_tcb_svn"] = IntelVectors.Hex(report.TeeTcbSvn),
            ["mrseam"] = IntelVectors.Hex(report.MrSeam),
            ["mrsignerseam"] = IntelVectors.Hex(report.MrSignerSeam),
            ["seamattributes"] = IntelVectors.Hex(report.Encoded.Slice(0x70, 8)),
            ["tdattributes"] = IntelVectors.Hex(report.Encoded.Slice(0x78, 8)),
            ["xfam"] = IntelVectors.Hex(report.Encoded.Slice(0x80, 8)),
            ["mrtd"] = IntelVectors.Hex(report.MrTd),
            ["mrconfigid"] = IntelVectors.Hex(report.MrConfigId),
            ["mrowner"] = IntelVectors.Hex(report.MrOwner),
            ["mrownerconfig"] = IntelVectors.Hex(report.MrOwnerConfig),
            ["reportdata"] = IntelVectors.Hex(report.ReportData),
        };
        for (int i = 0; i < TdReport.RtmrCount; i++) described[$"rtmr{i}"] = IntelVectors.Hex(report.Rtmr(i));
        if (report.TeeTcbSvn2 is { } svn) described["tee_tcb_svn2"] = IntelVectors.Hex(svn);
        if (report.MrServiceTd is { } services) described["mrservicetd"] = IntelVectors.Hex(services);
        return described;
    }
}
