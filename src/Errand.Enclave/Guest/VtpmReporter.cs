using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Enclave;

/// <summary>Takes one quote from the TPM that measured the machine's boot, as its report.</summary>
/// <remarks>
/// The attestation key is made from its template in the endorsement hierarchy: the same TPM makes the same key, which its maker has certified. The 64
/// bytes of report data are the quote's nonce as they are, as long as the longest that TPMs take. Afterwards a quoted PCR is extended, so that
/// no later quote is of a machine that may have a task before it, and the kernel is rid of the TPM.
/// </remarks>
/// <param name="source">The TPM.</param>
/// <param name="seal">Seals the kernel; throws <see cref="ReportFaultException"/> when it cannot.</param>
internal sealed class VtpmReporter(IGuestTpm source, Action seal) : IReportSource
{
    // The PCR of command line and initrd: after them nothing of the system's own extends it.
    private const int ClosedPcr = 9;
    private int _taken;

    private static ReadOnlySpan<byte> ClosedWords => "errand: this machine has taken its report"u8;

    /// <inheritdoc/>
    public TakenReport Take(ReadOnlySpan<byte> reportData)
    {
        if (reportData.Length != VtpmReport.ReportDataSize) throw new ArgumentException($"Report data has {VtpmReport.ReportDataSize} bytes.", nameof(reportData));
        if (Interlocked.Exchange(ref _taken, 1) != 0) throw new InvalidOperationException("A machine takes one report in its life.");
        byte[] nonce = reportData.ToArray();
        VtpmReport report = Run(ReportFault.Tpm, () => ReadAsync(nonce));
        if (TpmsAttest.TryParse(report.Attest.Span, out _) is not { } quote || !quote.ExtraData.Span.SequenceEqual(nonce)) throw new ReportFaultException(ReportFault.ReportData);
        Run(ReportFault.StillOpen, async () =>
        {
            source.Remove();
            return true;
        });
        seal();
        return new TakenReport(TsmProvider.DevelopmentVtpm, Encode(report), ReadOnlyMemory<byte>.Empty);
    }

    private async Task<VtpmReport> ReadAsync(byte[] nonce)
    {
        ITpm tpm = source.Open();
        await using (tpm.ConfigureAwait(false))
        {
            var client = new TpmClient(tpm, TimeProvider.System);
            (uint handle, byte[] akPublic) = await client.CreatePrimaryAsync(TpmKeyTemplates.AttestationKey(TpmAlgorithm.Ecc), default, CancellationToken.None).ConfigureAwait(false);
            (byte[] attest, byte[] signature) = await client.FlushAfterAsync(handle, key => client.QuoteAsync(key, nonce, VtpmReport.QuotedPcrs, CancellationToken.None)).ConfigureAwait(false);
            // Nobody else extends them here: values that are not those quoted are for the verifiers to find.
            PcrBank pcrs = await client.ReadPcrsAsync(TpmAlgorithm.Sha256, VtpmReport.QuotedPcrs, CancellationToken.None).ConfigureAwait(false);
            byte[] log = source.ReadLog(VtpmReport.SizeMax);
            if (log.Length is 0 or > VtpmReport.SizeMax) throw new ReportFaultException(ReportFault.Size);
            await client.ExtendPcrAsync(ClosedPcr, TpmAlgorithm.Sha256, SHA256.HashData(ClosedWords), CancellationToken.None).ConfigureAwait(false);
            return new VtpmReport { AkPublic = akPublic, Attest = attest, Signature = signature, Pcrs = pcrs, EventLog = log };
        }
    }

    private static byte[] Encode(VtpmReport report)
    {
        try
        {
            return report.Encode();
        }
        catch (InvalidOperationException)
        {
            throw new ReportFaultException(ReportFault.Size);
        }
    }

    // There is nothing beside this that the first process could do meanwhile.
    private static T Run<T>(ReportFault otherwise, Func<Task<T>> work)
    {
        try
        {
            return work().GetAwaiter().GetResult();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFaultException(otherwise);
        }
    }
}
