using Errand.Attestation;
using Errand.Enclave;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;
using AttestationRootClass = Errand.Attestation.RootClass;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node;

/// <summary>How a development network's executors make enclaves, and what evidence of them must say.</summary>
internal sealed class DevelopmentEnclaves
{
    // A machine that boots under emulation beside others on a laptop takes long, and not always equally long.
    private const long VmEvidenceMilliseconds = 240_000, VmRoundMilliseconds = 60_000, VmReleaseMilliseconds = 180_000;

    // A nonce holds for two epochs: on a computer where machines boot, a quote may take longer than two of a second.
    private const long VmEpochMillisecondsMin = 4000;

    private const string ProcessName = "errand enclave process", VmName = "errand enclave vm";

    private readonly string _folder;
    private readonly VmImage? _image;

    /// <summary>Finds the program or the image, and measures it.</summary>
    /// <exception cref="DevelopmentNetworkException"><c>devnet/enclave</c>: virtual machines are asked for, and what they need is not there.</exception>
    public DevelopmentEnclaves(DevelopmentNetworkOptions options)
    {
        Kind = options.Enclave ?? FindKind(new DevelopmentFolder(options.Folder)) ?? DevelopmentEnclaveKind.Process;
        if (Kind == DevelopmentEnclaveKind.Process)
        {
            _folder = EnclaveImage.FindFolder();
            Measurement = EnclaveImage.Measure(_folder);
            Name = ProcessName;
            return;
        }
        _folder = options.VmImageFolder ?? "";
        if (VmHost.Examine(Profile.Mode) is not VmHostFault.None and VmHostFault fault) throw Missing($"This host starts no such machines ({fault.Code()}).", fault.Remedy());
        if (Profile.Firmware.Length > 0 && !File.Exists(Profile.Firmware)) throw Missing($"There is no firmware {Profile.Firmware}.", VmHostFault.NoFirmware.Remedy());
        if (!VmImage.IsIn(_folder)) throw Missing($"There is no image of a virtual machine in '{_folder}'.", "Make one with image/build.");
        _image = VmImage.Open(_folder);
        Measurement = _image.Measure(Profile);
        Name = VmName;
    }

    /// <summary>What they are.</summary>
    public DevelopmentEnclaveKind Kind { get; }

    /// <summary>The kind of TEE that executors register with.</summary>
    public TeeKind Tee => Kind == DevelopmentEnclaveKind.VmVtpm ? TeeKind.DevelopmentVtpm : TeeKind.SevSnp;

    /// <summary>What reference values are called.</summary>
    public string Name { get; }

    /// <summary>What the development TEE reports, 48 bytes.</summary>
    public ReadOnlyMemory<byte> Measurement { get; }

    private VmProfile Profile => Kind == DevelopmentEnclaveKind.VmVtpm ? VmProfile.Vtpm : VmProfile.Emulated;

    /// <summary>The length of a new network's epochs, in milliseconds: as asked for, or as this kind needs.</summary>
    public long Epoch(TimeSpan wanted) => Math.Max((long)wanted.TotalMilliseconds, Kind == DevelopmentEnclaveKind.Process ? 0 : VmEpochMillisecondsMin);

    /// <summary>The windows of a new network, long enough for this kind.</summary>
    public GenesisTimes Stretch(GenesisTimes times) =>
        Kind == DevelopmentEnclaveKind.Process ? times : times with { EvidenceMilliseconds = VmEvidenceMilliseconds, RoundMilliseconds = VmRoundMilliseconds, ReleaseMilliseconds = VmReleaseMilliseconds };

    /// <summary>What a new network's genesis holds for this kind: roots and firmware floors of its TEEs, and what their evidence must say.</summary>
    /// <param name="vendor">Who made the TEEs.</param>
    /// <param name="executor">One of the executors.</param>
    /// <param name="loggers">For the machine that is booted to see what its firmware measures.</param>
    /// <exception cref="DevelopmentNetworkException"><c>devnet/enclave</c>: that machine does not boot.</exception>
    public async Task<DevelopmentTeeTerms> MakeTermsAsync(DevelopmentVendor vendor, DevelopmentTees executor, ILoggerFactory loggers)
    {
        if (executor.Processor is { } processor)
        {
            SnpTcbFloor floor = SnpTcbFloor.Same(DevelopmentTeeOptions.DefaultTcb);
            return new DevelopmentTeeTerms(
                new PinnedRoot((int)vendor.ProductLine.ToRootClass(), Development: true, vendor.TeeRootDigest),
                [new ReferenceValue(TeeKind.SevSnp, SnpTuples.Encode(processor.ToReference(Name)))],
                [new FirmwareFloor(TeeKind.SevSnp, SnpTuples.Encode(vendor.ProductLine, floor))]);
        }
        VtpmTemplate template = executor.Vtpm!;
        try
        {
            IReadOnlyList<PlatformReference> references = await ReferenceBoot.TakeAsync(Options(loggers, template) with { Standby = false }, template, vendor, Name, CancellationToken.None).ConfigureAwait(false);
            return new DevelopmentTeeTerms(
                new PinnedRoot((int)AttestationRootClass.DevelopmentVtpm, Development: true, vendor.VtpmRootDigest),
                [.. references.Select(reference => new ReferenceValue(TeeKind.DevelopmentVtpm, PlatformTuples.Encode(reference)))], []);
        }
        catch (InvalidDataException fault)
        {
            throw Missing(fault.Message, "Make the image anew with image/build; see docs/vm-enclave.md for what the machine needs.");
        }
    }

    /// <summary>True when a genesis lists what these enclaves are.</summary>
    /// <param name="references">Its reference values.</param>
    /// <param name="executor">One of the executors.</param>
    public bool AreListed(IReadOnlyList<ReferenceValue> references, DevelopmentTees executor)
    {
        if (executor.Processor is { } processor)
        {
            byte[] listed = SnpTuples.Encode(processor.ToReference(Name));
            return references.Any(value => value.Tuple.Span.SequenceEqual(listed));
        }
        // The firmware's part is not looked at: if that is another now, the committee says so.
        VmReferences? image = VmReferences.Calculate(_image!, Profile, out _);
        return image is not null && references.Any(value => value.Tee == Tee && PlatformTuples.TryDecodeReference(value.Tuple.Span, out PlatformReference? reference)
            && reference.Pcrs.TryGetValue(PcrCalculator.ImagePcr, out ReadOnlyMemory<byte> kernel) && kernel.Span.SequenceEqual(image.Pcr4Filled.Span)
            && reference.Pcrs.TryGetValue(PcrCalculator.InputsPcr, out ReadOnlyMemory<byte> inputs) && inputs.Span.SequenceEqual(image.Pcr9.Span));
    }

    /// <summary>A launcher for one executor.</summary>
    public IEnclaveLauncher MakeLauncher(ILoggerFactory loggers, DevelopmentTees executor) => _image is null
        ? new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = _folder, Standby = true, Warn = Warn(loggers) })
        : new VmEnclaveLauncher(Options(loggers, executor.Vtpm));

    // A genesis that does not decode says so when the network opens it.
    private static DevelopmentEnclaveKind? FindKind(DevelopmentFolder folder)
    {
        if (!File.Exists(folder.Genesis) || Genesis.TryDecode(File.ReadAllBytes(folder.Genesis), out Genesis? genesis) != GenesisError.None || genesis is null) return null;
        if (genesis.ReferenceValues.Any(value => value.Tee == TeeKind.DevelopmentVtpm)) return DevelopmentEnclaveKind.VmVtpm;
        bool vm = genesis.ReferenceValues.Any(value => SnpTuples.TryDecodeReference(value.Tuple.Span, out SnpReference? reference) && reference.Name == VmName);
        return vm ? DevelopmentEnclaveKind.Vm : DevelopmentEnclaveKind.Process;
    }

    private static DevelopmentNetworkException Missing(string what, string remedy) => new("devnet/enclave", what, remedy + " Or start without --enclave.");

    private static Action<string> Warn(ILoggerFactory loggers)
    {
        ILogger log = loggers.CreateLogger<IEnclaveLauncher>();
        return warning => log.LogWarning("{Warning}", warning);
    }

    private VmEnclaveOptions Options(ILoggerFactory loggers, VtpmTemplate? template) => new()
    {
        Image = _image!, Profile = Profile, TpmState = template?.StateFile, Standby = true, StartTimeout = TimeSpan.FromMinutes(4), Warn = Warn(loggers),
    };
}
