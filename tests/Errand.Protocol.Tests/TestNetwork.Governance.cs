using Errand.Cryptography;

namespace Errand.Protocol.Tests;

/// <summary>Governance: changes signed by two of three keys.</summary>
internal sealed partial class TestNetwork
{
    /// <summary>The governance keys of the genesis.</summary>
    public SigningKey GovernanceKey(int number) => TestGenesis.GovernanceKey(Ledger, number);

    /// <summary>Changes for the next epoch, signed by two keys.</summary>
    public GovernEntry Changes(params GovernanceChange[] changes) => Changes(State.Clock.Epoch + 1, changes);

    /// <summary>Changes for an epoch, signed by two keys.</summary>
    public GovernEntry Changes(long epoch, params GovernanceChange[] changes) =>
        GovernEntry.Sign(Network, State.Governance.Number + 1, epoch, [.. changes], GovernanceKey(0), GovernanceKey(2));

    /// <summary>Has governance make changes that take effect at the next epoch; carried by somebody without any role.</summary>
    public void MustGovern(params GovernanceChange[] changes) => Must(Ticker, Changes(changes));

    /// <summary>The same, and goes on to that epoch.</summary>
    public void MustGovernAndWait(params GovernanceChange[] changes)
    {
        MustGovern(changes);
        NextEpoch();
    }
}
