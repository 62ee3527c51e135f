using Errand.Attestation;
using Errand.Enclave;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// The reference value of an image in TDX domains. What a quote says of the host's module, the firmware's configuration and the ACPI tables (MRSEAM, RTMR 0 and what else is not
/// calculated) comes from one boot made here, which has to be trusted; MRTD, RTMR 1 and 2 are calculated from the files, and that boot must agree.
/// </summary>
public static class DomainBoot
{
    /// <summary>Has one domain take a quote, and is done with it. Nobody has verified that quote: the host's owner trusts this boot.</summary>
    /// <param name="launcher">Starts the domain.</param>
    /// <param name="mrtd">MRTD of the firmware, calculated.</param>
    /// <param name="image">What the image makes of the registers, calculated.</param>
    /// <param name="name">What the reference value is called.</param>
    /// <param name="cancellation">Ends the boot.</param>
    /// <exception cref="InvalidDataException">The domain gave no quote, is one that no network takes, or booted something else than the image.</exception>
    public static async Task<TdxReference> TakeAsync(IEnclaveLauncher launcher, ReadOnlyMemory<byte> mrtd, VmReferences image, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        TdReport report = Read(await BootAsync(launcher, cancellation).ConfigureAwait(false));
        if (report.Attributes.IsUntrusted || report.Attributes.IsMigratable) throw new InvalidDataException($"The domain can be read, profiled or moved (TDATTRIBUTES {report.Attributes}); no network takes such a one.");
        foreach ((string register, ReadOnlyMemory<byte> booted, ReadOnlyMemory<byte> calculated) in new[] { ("MRTD", report.MrTd, mrtd), ("RTMR 1", report.Rtmr(1), image.Rtmr1), ("RTMR 2", report.Rtmr(2), image.Rtmr2) })
        {
            if (!booted.Span.SequenceEqual(calculated.Span))
                throw new InvalidDataException($"The domain booted something else than the image: {register} is {Convert.ToHexStringLower(booted.Span)}, and of these files {Convert.ToHexStringLower(calculated.Span)}.");
        }
        return new TdxReference
        {
            Name = name,
            MrTd = report.MrTd,
            Rtmr0 = report.Rtmr(0),
            Rtmr1 = report.Rtmr(1),
            Rtmr2 = report.Rtmr(2),
            Rtmr3 = report.Rtmr(3),
            MrSeam = report.MrSeam,
            MrSignerSeam = report.MrSignerSeam,
            Attributes = report.Attributes,
            Xfam = report.Xfam,
            MrConfigId = report.MrConfigId,
            MrOwner = report.MrOwner,
            MrOwnerConfig = report.MrOwnerConfig,
            MrServiceTd = report.MrServiceTd ?? new byte[TdReport.RegisterSize],
        };
    }

    private static async Task<TakenReport> BootAsync(IEnclaveLauncher launcher, CancellationToken cancellation)
    {
        try
        {
            // Of no network and no node: what it says of itself is all that is looked at.
            return await new MachineReporter(launcher).TakeAsync(new NetworkId(default(Bytes32)), new PublicKey(default), default, cancellation).ConfigureAwait(false);
        }
        catch (EnclaveAbortedException none)
        {
            throw new InvalidDataException($"No domain gave a quote ({none.Reason.Code()}).", none);
        }
    }

    private static TdReport Read(TakenReport taken) => taken.Provider == TsmProvider.TdxGuest && IntelQuote.TryParse(taken.Report.Span) is { TeeType: IntelTeeType.Tdx } quote && TdReport.TryParse(quote.Body) is { } report
        ? report : throw new InvalidDataException("What the machine gave is no TDX quote.");
}
