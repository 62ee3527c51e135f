using Errand.Attestation;
using Errand.Cryptography;
using Errand.Enclave;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using AttestationRootClass = Errand.Attestation.RootClass;
using AttestationTeeKind = Errand.Attestation.TeeKind;

namespace Errand.Node;

/// <summary>
/// Reference values of an image in machines with a software TPM. What the firmware measures of itself and of the machine's shape (PCR 0) comes from one boot
/// made here, which has to be trusted; what it measures of the image (PCR 4 and 9) is calculated from the files, and that boot must agree.
/// </summary>
public static class ReferenceBoot
{
    private const int FirmwarePcr = 0;

    /// <summary>Boots one machine, takes its report over a task that nobody gave, and destroys it.</summary>
    /// <param name="options">How machines are started; a standby is not.</param>
    /// <param name="template">Their TPM.</param>
    /// <param name="vendor">Who certified its attestation key.</param>
    /// <param name="name">What the reference values are called.</param>
    /// <param name="cancellation">Ends the boot.</param>
    /// <returns>One value for each way in which QEMU hands the kernel over: with its boot header filled in, or as the file is.</returns>
    /// <exception cref="InvalidDataException">The machine did not start, gave no report, or booted something else than the image.</exception>
    public static async Task<IReadOnlyList<PlatformReference>> TakeAsync(VmEnclaveOptions options, VtpmTemplate template, DevelopmentVendor vendor, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(vendor);
        VmReferences image = VmReferences.Calculate(options.Image, options.Profile, out MeasurementError error) ?? throw new InvalidDataException($"The image's kernel cannot be measured ({error}).");
        EnclaveMessage.ReportRequest request = await BootAsync(options with { Standby = false, TpmState = template.StateFile }, cancellation).ConfigureAwait(false);
        if (request.Taken is not { Provider: TsmProvider.DevelopmentVtpm } taken || !VtpmReport.TryParse(taken.Report.Span, out VtpmReport? report)) throw new InvalidDataException("The machine gave no report of its TPM.");
        PlatformReference[] references = [.. new[] { image.Pcr4Filled, image.Pcr4 }.Select(kernel => new PlatformReference
        {
            Name = name,
            Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [FirmwarePcr] = report.Pcrs[FirmwarePcr], [PcrCalculator.ImagePcr] = kernel, [PcrCalculator.InputsPcr] = image.Pcr9 },
        })];
        var policy = new TeePolicy
        {
            Roots = TrustedRoots.None.DangerousPinDevelopmentRoot(AttestationRootClass.DevelopmentVtpm, "the vendor", vendor.VtpmRootDigest),
            SevSnp = null,
            DevelopmentVtpm = new VtpmPolicy { References = references, TpmId = null, ReportData = request.ReportData },
        };
        AttestationResult result = TeeAppraiser.Appraise(new TeeEvidence(AttestationTeeKind.DevelopmentVtpm, taken.Report, template.Certificates), policy, options.Time.GetUtcNow()).Result;
        return result.Accepted ? references : throw new InvalidDataException($"The machine booted something else than the image: {result.FirstFailure}.");
    }

    private static async Task<EnclaveMessage.ReportRequest> BootAsync(VmEnclaveOptions options, CancellationToken cancellation)
    {
        var launcher = new VmEnclaveLauncher(options);
        await using (launcher.ConfigureAwait(false))
        {
            EnclaveAnswer<IEnclaveSession> launched = await launcher.LaunchAsync(cancellation).ConfigureAwait(false);
            IEnclaveSession session = launched.Value ?? throw new InvalidDataException($"No machine starts here ({launched.Reason}).");
            await using (session.ConfigureAwait(false))
            {
                EnclaveAnswer<EnclaveMessage.ReportRequest> asked = await session.StartAsync(NoTask(), cancellation).ConfigureAwait(false);
                return asked.Value ?? throw new InvalidDataException($"The machine gave no report ({asked.Reason}).");
            }
        }
    }

    // A machine reports over the task that it is for. Of this one there are no assets, no network and no key any more.
    private static EnclaveMessage.Start NoTask()
    {
        using SigningKey nobody = SigningKey.Generate();
        using HpkePrivateKey recipient = HpkePrivateKey.Generate(HpkeSuite.Default);
        var network = new NetworkId(default(Bytes32));
        var submit = new SubmitEntry
        {
            App = new AssetId(default(Bytes32)),
            Data = [new TaskData(AssetId.Of(nobody.PublicKey, default), "none")],
            Arguments = [],
            Recipients = [recipient.PublicKey.Encode()],
            Limits = new TaskLimits(Fuel: 1, MemoryBytes: 1 << 16, OutputBytes: 1, LogBytes: 0, PaddingBytes: 1),
            DeadlineMilliseconds = 1,
            Tee = Protocol.TeeKind.DevelopmentVtpm,
        };
        return new EnclaveMessage.Start(network, EntrySigner.Sign(network, nobody, 1, submit).Encoded, 1, nobody.PublicKey, default);
    }
}
