namespace Errand.Enclave;

/// <summary>Where a machine gets its own report from.</summary>
internal interface IReportSource
{
    /// <summary>Takes a report over 64 bytes, and closes the way to another.</summary>
    /// <exception cref="ReportFaultException">There is none, or the way is still open: the machine must end.</exception>
    /// <exception cref="InvalidOperationException">One was taken before.</exception>
    TakenReport Take(ReadOnlySpan<byte> reportData);
}
