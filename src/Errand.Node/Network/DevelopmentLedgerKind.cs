namespace Errand.Node;

/// <summary>Who keeps a development network's ledger.</summary>
public enum DevelopmentLedgerKind
{
    /// <summary>The network's own process, for itself.</summary>
    Embedded = 1,

    /// <summary>A ledger that is served over HTTP, its checkpoints cosigned by the network's verifiers.</summary>
    Served = 2,

    /// <summary>A contract on an EVM chain: a development chain on this machine.</summary>
    Evm = 3,
}
