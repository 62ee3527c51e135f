namespace Errand.Node;

/// <summary>The ledger ended its stream of entries, which it never does while it works.</summary>
public sealed class LedgerClosedException(string service)
    : InvalidOperationException($"{service}: the ledger has ended its stream. See the ledger's log, then start the node again.");
