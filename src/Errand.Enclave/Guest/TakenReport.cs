namespace Errand.Enclave;

/// <summary>A report that a machine took from its own processor.</summary>
/// <param name="Provider">Whose format it has.</param>
/// <param name="Report">The report: 1 to <see cref="SizeMax"/> bytes.</param>
/// <param name="Auxiliary">What came beside it: for SEV-SNP the table of certificates, if the host gave one; else empty. Nothing vouches for it.</param>
public sealed record TakenReport(TsmProvider Provider, ReadOnlyMemory<byte> Report, ReadOnlyMemory<byte> Auxiliary)
{
    /// <summary>The longest report, and the longest of what comes beside it: TSM_OUTBLOB_MAX of Linux 6.12.</summary>
    public const int SizeMax = 32 * 1024;
}
