using Errand.Client;
using Errand.Enclave;
using Errand.Platform;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>An executor outside a development network's host: enclaves are processes, on a processor of that network's vendor.</summary>
internal static class DevelopmentExecutor
{
    private const string NodeName = "executor";

    /// <summary>Makes its service.</summary>
    /// <exception cref="EnrolmentException">The development network's folder or passphrase is not there.</exception>
    public static ExecutorService Create(NodeFile file, NodeFolder folder, Passphrase? passphrase, NodeContext context, Identity identity, NodeProfile profile, LiveTpm tpm, HttpClient http, Func<IDisposable, IDisposable> hold)
    {
        if (file.DevelopmentTee is not { } development || file.DataFolder is not { } data || passphrase is null)
            throw new EnrolmentException("node/executor", "An executor needs the development network that made its processor, its passphrase and a folder of data.", "Enrol it with --development-tee FOLDER and --data FOLDER.");
        var network = new DevelopmentFolder(development);
        string image = EnclaveImage.FindFolder();
        using KeyStore keys = KeyStore.Open(network.Keys, passphrase.Characters);
        DevelopmentVendor vendor = DevelopmentKeys.OpenVendor(keys, given: null);
        hold(vendor);
        var tee = new DevelopmentTee(vendor, new DevelopmentTeeOptions
        {
            ChipId = DevelopmentTee.DeriveChipId(vendor.ProductLine, identity.PublicKey.Value.ToArray()),
            Measurement = EnclaveImage.Measure(image),
        });
        hold(tee);
        ILogger log = context.Loggers.CreateLogger<ProcessEnclaveLauncher>();
        var launcher = new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = image, Standby = true, Warn = warning => log.LogWarning("{Warning}", warning) });
        return new ExecutorService(NodeName, context, identity, profile, new Machine(tpm, tee), launcher, new SealedInputs(http, data, folder.Inputs), folder.Root) { Snapshots = new SnapshotFolder(folder.State) };
    }
}
