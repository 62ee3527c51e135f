using Errand.Client;

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

    /// <summary>Port on the loopback interface; 0 takes the last one if it is free, or any.</summary>
    public int Port { get; init; }
}
