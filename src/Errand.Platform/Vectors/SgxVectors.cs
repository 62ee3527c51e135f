using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of SGX quotes: verification under the vendor's root with the case's collateral. Policy is not theirs to test.</summary>
internal static class SgxVectors
{
    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        byte[] quote = vector.Find("quote") ?? throw new InvalidDataException("The case has no quote.");
        DateTimeOffset now = vector.VerifyAt ?? throw new InvalidDataException("The case has no time.");
        SgxVerification verification = SgxVerifier.Verify(quote, IntelVectors.ReadCollateral(vector), CaseRoots.Read(vector, RootClass.IntelSgx), now);
        AttestationResult result = verification.Result;
        JsonObject values = IntelVectors.Describe(quote, verification.Tcb);
        if (IntelQuote.TryParse(quote) is { TeeType: IntelTeeType.Sgx } parsed && SgxReport.TryParse(parsed.Body) is { } report)
        {
            values["body"] = IntelVectors.Describe(report);
            values["debug"] = report.Attributes.AllowsDebug;
            result = result.Then(IntelVectors.CheckReportData(vector, report.ReportData));
        }
        return (result, values);
    }
}
