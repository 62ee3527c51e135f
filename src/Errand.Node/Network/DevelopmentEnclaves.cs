using Errand.Enclave;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>How a development network's executors make enclaves, and what its TEEs say of them.</summary>
internal sealed class DevelopmentEnclaves
{
    // A machine that boots under emulation beside others on a laptop takes long, and not always equally long.
    private const long VmEvidenceMilliseconds = 240_000, VmRoundMilliseconds = 60_000, VmReleaseMilliseconds = 180_000;

    // A nonce holds for two epochs: on a computer where machines boot, a quote may take longer than two of a second.
    private const long VmEpochMillisecondsMin = 4000;

    private const string ProcessName = "errand enclave process", VmName = "errand enclave vm";

    private readonly DevelopmentEnclaveKind _kind;
    private readonly string _folder;
    private readonly VmImage? _image;

    /// <summary>Finds the program or the image, and measures it.</summary>
    /// <exception cref="DevelopmentNetworkException"><c>devnet/enclave</c>: virtual machines are asked for, and QEMU or the image is not there.</exception>
    public DevelopmentEnclaves(DevelopmentNetworkOptions options)
    {
        _kind = options.Enclave ?? FindKind(new DevelopmentFolder(options.Folder)) ?? DevelopmentEnclaveKind.Process;
        if (_kind == DevelopmentEnclaveKind.Process)
        {
            _folder = EnclaveImage.FindFolder();
            Measurement = EnclaveImage.Measure(_folder);
            Name = ProcessName;
            return;
        }
        _folder = options.VmImageFolder ?? "";
        if (!VmEnclaveLauncher.IsSupported) throw new DevelopmentNetworkException("devnet/enclave", "QEMU is not installed.", "Install the Debian package qemu-system-x86, or start without --enclave vm.");
        if (!VmImage.IsIn(_folder)) throw new DevelopmentNetworkException("devnet/enclave", $"There is no image of a virtual machine in '{_folder}'.", "Make one with image/build, or start without --enclave vm.");
        _image = VmImage.Open(_folder);
        Measurement = _image.Measure(VmProfile.Emulated);
        Name = VmName;
    }

    /// <summary>What the reference value is called.</summary>
    public string Name { get; }

    /// <summary>What the development TEE reports, 48 bytes.</summary>
    public ReadOnlyMemory<byte> Measurement { get; }

    /// <summary>The length of a new network's epochs, in milliseconds: as asked for, or as this kind needs.</summary>
    public long Epoch(TimeSpan wanted) => Math.Max((long)wanted.TotalMilliseconds, _kind == DevelopmentEnclaveKind.Vm ? VmEpochMillisecondsMin : 0);

    /// <summary>The windows of a new network, long enough for this kind.</summary>
    public Protocol.GenesisTimes Stretch(Protocol.GenesisTimes times) =>
        _kind == DevelopmentEnclaveKind.Process ? times : times with { EvidenceMilliseconds = VmEvidenceMilliseconds, RoundMilliseconds = VmRoundMilliseconds, ReleaseMilliseconds = VmReleaseMilliseconds };

    // A genesis that does not decode says so when the network opens it.
    private static DevelopmentEnclaveKind? FindKind(DevelopmentFolder folder)
    {
        if (!File.Exists(folder.Genesis) || Protocol.Genesis.TryDecode(File.ReadAllBytes(folder.Genesis), out Protocol.Genesis? genesis) != Protocol.GenesisError.None || genesis is null) return null;
        bool vm = genesis.ReferenceValues.Any(value => Attestation.SnpTuples.TryDecodeReference(value.Tuple.Span, out Attestation.SnpReference? reference) && reference.Name == VmName);
        return vm ? DevelopmentEnclaveKind.Vm : DevelopmentEnclaveKind.Process;
    }

    /// <summary>A launcher for one executor.</summary>
    public IEnclaveLauncher MakeLauncher(ILoggerFactory loggers)
    {
        ILogger log = loggers.CreateLogger<IEnclaveLauncher>();
        void Warn(string warning) => log.LogWarning("{Warning}", warning);
        return _image is null
            ? new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = _folder, Standby = true, Warn = Warn })
            : new VmEnclaveLauncher(new VmEnclaveOptions { Image = _image, Profile = VmProfile.Emulated, Standby = true, StartTimeout = TimeSpan.FromMinutes(4), Warn = Warn });
    }
}
