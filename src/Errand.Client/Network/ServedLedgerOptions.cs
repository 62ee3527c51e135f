using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Which served ledger, under whose signatures, on whose behalf.</summary>
public sealed record ServedLedgerOptions
{
    /// <summary>The ledger's URL: entries are appended there.</summary>
    public required Uri Address { get; init; }

    /// <summary>Mirrors to read from, tried in order when the ledger, or the mirror before, does not answer or answers wrongly.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>The network.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>Under which checkpoints its entries are final.</summary>
    public required WitnessQuorum Quorum { get; init; }

    /// <summary>On whose behalf entries are appended where a call names nobody; null when every call does. Stays the caller's.</summary>
    public SigningKey? Caller { get; init; }

    /// <summary>A file for the newest checkpoint seen; null to remember nothing beyond this object.</summary>
    public string? MemoryFile { get; init; }

    /// <summary>Told of every proof that the ledger lied, before the call that met it fails.</summary>
    public Action<LedgerEvidence>? Found { get; init; }

    /// <summary>How long a ledger that does not answer, or shows less than before, is asked again before a call fails.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The quorum that a genesis asks for.</summary>
    public static WitnessQuorum QuorumOf(Genesis genesis)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        var log = new VerifierKey(Checkpoint.OriginOf(genesis.NetworkId()), genesis.LedgerKey);
        return new WitnessQuorum(log, genesis.Witnesses.Witnesses.Select(CosignerKey.OfNode), genesis.Witnesses.Quorum);
    }
}
