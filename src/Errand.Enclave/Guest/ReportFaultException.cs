namespace Errand.Enclave;

/// <summary>A machine's processor gave no report that can be used: the run ends without a result.</summary>
internal sealed class ReportFaultException(ReportFault fault) : Exception(Code(fault))
{
    /// <summary>Why.</summary>
    public ReportFault Fault => fault;

    /// <summary>The stable code, for the console: <c>report/generation</c>.</summary>
    public string FaultCode => Code(fault);

    private static string Code(ReportFault fault) => fault switch
    {
        ReportFault.Module => "report/module",
        ReportFault.NoReports => "report/no-reports",
        ReportFault.Provider => "report/provider",
        ReportFault.Busy => "report/busy",
        ReportFault.Generation => "report/generation",
        ReportFault.PrivilegeLevel => "report/privilege-level",
        ReportFault.Size => "report/size",
        ReportFault.ReportData => "report/report-data",
        ReportFault.Device => "report/device",
        ReportFault.StillOpen => "report/still-open",
        ReportFault.Tpm => "report/tpm",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
