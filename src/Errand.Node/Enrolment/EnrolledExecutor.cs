using Errand.Client;
using Errand.Enclave;
using Errand.Platform;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>An executor outside a development network's host: confidential machines on its own processor, or processes and ordinary machines on one that a development network's vendor makes up.</summary>
internal static class EnrolledExecutor
{
    private const string NodeName = "executor";

    /// <summary>Makes its service.</summary>
    /// <exception cref="EnrolmentException">What the executor was enrolled with is not there any more.</exception>
    public static ExecutorService Create(NodeFile file, NodeFolder folder, Passphrase? passphrase, NodeContext context, Identity identity, NodeProfile profile, LiveTpm tpm, HttpClient http, Func<IDisposable, IDisposable> hold)
    {
        if (file.DataFolder is not { } data) throw new EnrolmentException("node/executor", "An executor needs a folder of data.", "Enrol it with --data FOLDER.");
        ExecutorMachines? machines = file.Machines is null ? null : ExecutorMachines.Open(file.Machines);
        bool isConfidential = file.Machines is { Tee: not NodeMachines.Development };
        // A confidential machine's processor answers to the machine alone: the host has none to ask.
        Machine machine = new(tpm, isConfidential ? null : MakeProcessor(file, passphrase, identity, machines?.Measurement ?? EnclaveImage.Measure(EnclaveImage.FindFolder()), hold));
        IEnclaveLauncher launcher = machines is null ? MakeProcesses(context.Loggers) : machines.MakeLauncher(context.Loggers);
        return new ExecutorService(NodeName, context, identity, profile, machines?.Stand(machine, launcher) ?? machine, launcher, new SealedInputs(http, data, folder.Inputs), folder.Root) { Snapshots = new SnapshotFolder(folder.State) };
    }

    private static DevelopmentTee MakeProcessor(NodeFile file, Passphrase? passphrase, Identity identity, ReadOnlyMemory<byte> measurement, Func<IDisposable, IDisposable> hold)
    {
        if (file.DevelopmentTee is not { } development || passphrase is null)
            throw new EnrolmentException("node/executor", "Such an executor needs the development network that made its processor, and its passphrase.", "Enrol it with --development-tee FOLDER, or on a host with SEV-SNP or TDX with --tee.");
        using KeyStore keys = KeyStore.Open(new DevelopmentFolder(development).Keys, passphrase.Characters);
        DevelopmentVendor vendor = DevelopmentKeys.OpenVendor(keys, given: null);
        hold(vendor);
        var tee = new DevelopmentTee(vendor, new DevelopmentTeeOptions { ChipId = DevelopmentTee.DeriveChipId(vendor.ProductLine, identity.PublicKey.Value.ToArray()), Measurement = measurement });
        hold(tee);
        return tee;
    }

    private static ProcessEnclaveLauncher MakeProcesses(ILoggerFactory loggers)
    {
        ILogger log = loggers.CreateLogger<ProcessEnclaveLauncher>();
        return new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Standby = true, Warn = warning => log.LogWarning("{Warning}", warning) });
    }
}
