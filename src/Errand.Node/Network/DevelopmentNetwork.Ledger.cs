using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <content>The ledger of a development network: its own, or one that is served and cosigned by the network's verifiers.</content>
public sealed partial class DevelopmentNetwork
{
    /// <summary>Where the ledger answers; the network's own door if it is embedded.</summary>
    public string LedgerAddress { get; private set; } = "";

    /// <summary>The served ledger, if it runs here.</summary>
    public LedgerHost? Served { get; private set; }

    private static bool IsHere(DevelopmentNetworkOptions options, string name) => options.Parts?.Contains(name) != false;

    private bool IsServed(DevelopmentNetworkOptions options) => options.LedgerAddress is not null || !Genesis.Witnesses.Witnesses.IsEmpty;

    private async Task<string> ServeLedgerAsync(SigningKey key, DevelopmentMember[] members, ILoggerFactory loggers, TimeProvider time)
    {
        LedgerHost host = Run(await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Path = Folder.Ledger,
                Genesis = await File.ReadAllBytesAsync(Folder.Genesis).ConfigureAwait(false),
                Key = key,
                CreateIfMissing = true,
                // Everybody here is a member, and owners need no leave.
                Admission = new LedgerAdmission { Members = [.. members.Select(member => member.Identity.PublicKey)], Anyone = true },
                Witnesses = members.ToDictionary(member => member.Identity.PublicKey, member => new Uri($"{Address}/nodes/{member.Identity.PublicKey}/")),
            },
            loggers,
            time).ConfigureAwait(false));
        Served = host;
        return host.Address;
    }

    private async Task<ILedger> ConnectAsync(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        LedgerConnection connection = Hold(await LedgerConnection.OpenAsync(new Uri(LedgerAddress), Genesis, Path.Combine(folder, "seen.note"), found => LedgerEvidenceFile.Keep(folder, found), time).ConfigureAwait(false));
        return connection.Ledger;
    }
}
