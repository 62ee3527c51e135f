namespace Errand.Protocol;

/// <summary>Governance has put a rules version in force that this software does not know: <c>halt/upgrade-needed</c>. The node must stop.</summary>
public sealed class UpgradeNeededException(long position, int rulesVersion)
    : InvalidOperationException(
        $"halt/upgrade-needed: from entry {position} on the network is of rules version {rulesVersion}; this software knows version {ProtocolLimits.RulesVersion}. "
        + "Install the software of that version; it goes on from the same ledger.");
