using System.Net;
using Errand.Client;
using Errand.Enclave;
using Errand.Platform;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a development network is made of.</summary>
public sealed record DevelopmentNetworkOptions
{
    /// <summary>Where everything lies.</summary>
    public required string Folder { get; init; }

    /// <summary>Opens the key stores.</summary>
    public required Passphrase Passphrase { get; init; }

    /// <summary>Verifiers, each of an operator of its own.</summary>
    public int Verifiers { get; init; } = 7;

    /// <summary>Executors, each of an operator of its own, all at the site of <see cref="DataSite"/>.</summary>
    public int Executors { get; init; } = 3;

    /// <summary>Owners whose key brokers run with the network.</summary>
    public IReadOnlyList<string> Parties { get; init; } = ["hospital", "lab", "researcher"];

    /// <summary>The name of the site where data lies.</summary>
    public string DataSite { get; init; } = "hospital-campus";

    /// <summary>Length of an epoch.</summary>
    public TimeSpan Epoch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Changes the windows and periods of a network that is made; null leaves them.</summary>
    public Func<GenesisTimes, GenesisTimes>? Times { get; init; }

    /// <summary>Who may change the terms of a network that is made; nobody by default.</summary>
    public GovernanceKeys Governance { get; init; } = GovernanceKeys.None;

    /// <summary>
    /// The vendor of the hardware of a network that is made, as <see cref="DevelopmentVendor.Export"/> gives it; null makes a new one,
    /// which takes a few seconds. Zeroing it stays the caller's.
    /// </summary>
    public ReadOnlyMemory<byte>? VendorState { get; init; }

    /// <summary>Puts something else in the place of an executor's TEE, by name: for tests of bad evidence.</summary>
    internal Func<string, DevelopmentTee, ITeeReporter> Tee { get; init; } = (_, tee) => tee;

    /// <summary>Puts other processors in the place of the vendor's; null leaves those.</summary>
    internal GivenTees? Given { get; init; }

    /// <summary>Puts something else in the place of an executor's launcher, by name: for tests of enclaves that fail.</summary>
    internal Func<string, IEnclaveLauncher, IEnclaveLauncher> Launcher { get; init; } = (_, launcher) => launcher;

    /// <summary>The nodes' TPMs; null takes those that the network has, and for a new one those in this process.</summary>
    public DevelopmentTpmKind? Tpm { get; init; }

    /// <summary>Who keeps the ledger of a network that is made; null for the usual, embedded, and for a network that exists what it has.</summary>
    public DevelopmentLedgerKind? Ledger { get; init; }

    /// <summary>How often a development chain makes a block.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>A served ledger that runs elsewhere; null to run it here.</summary>
    public Uri? LedgerAddress { get; init; }

    /// <summary>Names of the members and parties that run here; null for all. What runs elsewhere has to be started there.</summary>
    public IReadOnlyCollection<string>? Parts { get; init; }

    /// <summary>Where the door listens; loopback unless said otherwise.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>True to make keys, machines and genesis, and to start nothing.</summary>
    internal bool OnlyPrepare { get; init; }

    /// <summary>What enclaves are; null takes what the network has, whose genesis lists one measurement, and for a new one processes.</summary>
    public DevelopmentEnclaveKind? Enclave { get; init; }

    /// <summary>Where the image of virtual machines lies; needed when enclaves are such.</summary>
    public string? VmImageFolder { get; init; }

    /// <summary>Port on the loopback interface; 0 takes the last one if it is free, or any.</summary>
    public int Port { get; init; }
}
