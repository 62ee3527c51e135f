using Errand.Attestation;
using Errand.Enclave;
using Errand.Protocol;
using Microsoft.Extensions.Logging;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node;

/// <summary>The virtual machines of an executor outside a development network's host: what they are, what the processor measures of them, and whether the network lists that.</summary>
internal sealed class ExecutorMachines
{
    // What an image needs, and more than any task's limits ask for.
    private const int MemoryMiBMin = 192, MemoryMiBMax = 1 << 20;

    private readonly NodeMachines _place;
    private readonly VmImage _image;

    private ExecutorMachines(NodeMachines place, VmProfile profile, VmImage image, ReadOnlyMemory<byte> measurement)
    {
        _place = place;
        Profile = profile;
        _image = image;
        Measurement = measurement;
    }

    /// <summary>Their shape.</summary>
    public VmProfile Profile { get; }

    /// <summary>What is measured of them, 48 bytes: the launch digest of SEV-SNP, MRTD of TDX, or what a development TEE reports.</summary>
    public ReadOnlyMemory<byte> Measurement { get; }

    /// <summary>The kind of TEE that the executor registers with.</summary>
    public TeeKind Kind => Profile.Mode == VmMode.Tdx ? TeeKind.Tdx : TeeKind.SevSnp;

    /// <summary>Reads and measures image and firmware.</summary>
    /// <exception cref="EnrolmentException"><c>node/machines</c>: something is not there, or not what it must be.</exception>
    public static ExecutorMachines Open(NodeMachines place)
    {
        if (place.MemoryMiB is < MemoryMiBMin or > MemoryMiBMax) throw Wrong($"A machine has {MemoryMiBMin} to {MemoryMiBMax} MiB of memory.", "Give --memory in MiB.");
        try
        {
            var profile = new VmProfile
            {
                Mode = place.Tee switch { NodeMachines.SevSnp => VmMode.SevSnp, NodeMachines.Tdx => VmMode.Tdx, NodeMachines.Development => VmMode.Emulated, _ => throw Wrong($"There is no kind of machine \"{place.Tee}\".", "Use sev-snp or tdx.") },
                Firmware = place.Firmware ?? "",
                MemoryMiB = place.MemoryMiB ?? VmProfile.Emulated.MemoryMiB,
            };
            VmImage image = VmImage.Open(place.Image);
            return new ExecutorMachines(place, profile, image, Measure(image, profile));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Wrong(fault.Message, "Make the image with image/build, and name its folder (--image) and the firmware (--firmware).", fault);
        }
    }

    /// <summary>Sees that this host starts such machines, and that a network lists them: else no task would ever be given keys here.</summary>
    /// <param name="terms">The network's terms, without what was withdrawn.</param>
    /// <exception cref="EnrolmentException"><c>enrol/not-listed</c>, or the code of what the host lacks (<c>vm/…</c>).</exception>
    public void RequirePlace(NetworkTerms terms)
    {
        if (!IsListed(terms))
            throw new EnrolmentException("enrol/not-listed", $"The network lists no {TermsName} machine that measures as {Convert.ToHexStringLower(Measurement.Span)}.",
                "Use the image, firmware and memory that it lists, or ask its governance for this one: errand image measure prints the reference values, errand govern proposes them.");
        if (VmHost.Examine(Profile.Mode) is not VmHostFault.None and VmHostFault fault) throw new EnrolmentException(fault.Code(), $"This host starts no {TermsName} machines:", fault.Remedy());
        if (Kind == TeeKind.Tdx && (_place.Collateral is not { } folder || !Directory.Exists(folder)))
            throw new EnrolmentException("enrol/collateral", "TDX needs a folder with Intel's collateral for this platform.", "Fetch it from the provisioning certification service, and name the folder with --collateral.");
    }

    /// <summary>What stands for the hardware in offers and evidence.</summary>
    /// <param name="machine">The host with its TPM.</param>
    /// <param name="launcher">Makes the machines.</param>
    public Machine Stand(Machine machine, IEnclaveLauncher launcher) => Profile.Mode == VmMode.Emulated ? machine : machine with
    {
        Platform = new MachineReporter(launcher),
        Collateral = _place.Collateral is { } folder ? () => CollateralFolder.Read(folder) : null,
    };

    /// <summary>Makes the launcher.</summary>
    /// <exception cref="EnrolmentException">The code of what the host lacks.</exception>
    public VmEnclaveLauncher MakeLauncher(ILoggerFactory loggers)
    {
        ILogger log = loggers.CreateLogger<VmEnclaveLauncher>();
        try
        {
            return new VmEnclaveLauncher(new VmEnclaveOptions { Image = _image, Profile = Profile, Measurement = Measurement, Standby = true, Warn = warning => log.LogWarning("{Warning}", warning) });
        }
        catch (VmHostException fault)
        {
            throw new EnrolmentException(fault.Fault.Code(), $"This host starts no {TermsName} machines:", fault.Fault.Remedy(), fault);
        }
    }

    private string TermsName => _place.Tee;

    private static ReadOnlyMemory<byte> Measure(VmImage image, VmProfile profile)
    {
        if (profile.Mode == VmMode.Emulated) return image.Measure(profile);
        if (profile.Firmware.Length == 0) throw Wrong("Confidential machines need firmware of their own.", VmHostFault.NoFirmware.Remedy());
        byte[] firmware = File.ReadAllBytes(profile.Firmware);
        return VmReferences.CalculateLaunch(image, profile, firmware, out MeasurementError error) ?? throw Wrong($"{profile.Firmware} and the image cannot be measured: {error.Explain()}", VmHostFault.NoFirmware.Remedy());
    }

    private bool IsListed(NetworkTerms terms) => terms.ReferenceValues.Any(value => value.Tee == Kind && (Kind == TeeKind.Tdx ? MatchesDomain(value) : MatchesGuest(value)));

    private bool MatchesGuest(ReferenceValue value) => SnpTuples.TryDecodeReference(value.Tuple.Span, out SnpReference? reference) && reference.Measurement.Span.SequenceEqual(Measurement.Span)
        && (Profile.Mode == VmMode.Emulated || reference.Policy.Bits == Profile.SnpPolicy);

    // RTMR 0 and the module are the host's: the committee says if they are others.
    private bool MatchesDomain(ReferenceValue value) => TdxTuples.TryDecodeReference(value.Tuple.Span, out TdxReference? reference) && reference.MrTd.Span.SequenceEqual(Measurement.Span)
        && VmReferences.Calculate(_image, Profile, out _) is { } image && reference.Rtmr1.Span.SequenceEqual(image.Rtmr1.Span) && reference.Rtmr2.Span.SequenceEqual(image.Rtmr2.Span);

    private static EnrolmentException Wrong(string what, string remedy, Exception? cause = null) => new("node/machines", what, remedy, cause);
}
