using System.Net;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>What a served ledger is made of.</summary>
public sealed record LedgerHostOptions
{
    /// <summary>The ledger's file; see <see cref="Errand.Ledger.EmbeddedLedgerOptions.Path"/>. Beside it lies the newest cosigned checkpoint, <c>.cosigned</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The network's exact genesis document.</summary>
    public required ReadOnlyMemory<byte> Genesis { get; init; }

    /// <summary>The genesis's ledger key. Stays the caller's.</summary>
    public required SigningKey Key { get; init; }

    /// <summary>Make a new ledger where there is none.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>From whom entries are taken.</summary>
    public required LedgerAdmission Admission { get; init; }

    /// <summary>Where witnesses answer, by node key, for those that do not tell themselves by registering.</summary>
    public IReadOnlyDictionary<PublicKey, Uri> Witnesses { get; init; } = new Dictionary<PublicKey, Uri>();

    /// <summary>Where it listens; loopback unless said otherwise.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any.</summary>
    public int Port { get; init; }

    /// <summary>The least time between two checkpoints while entries arrive.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long the answer to an append waits for the quorum, before it says that the entry is durable and not yet final.</summary>
    public TimeSpan FinalWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long requests may take to end when the ledger closes.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(10);
}
