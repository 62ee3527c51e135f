using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Who may change the terms, and what cannot be changed.</summary>
public sealed class GovernEntryTests
{
    private static readonly ReferenceValue Added = new(TeeKind.SevSnp, new byte[] { 0xA1, 0x00, 0x01 });

    [Fact]
    public void Each_check_of_a_govern_entry_has_its_code()
    {
        var network = new TestNetwork();
        long next = network.State.Clock.Epoch + 1;
        GovernanceChange change = new GovernanceChange.AddReference(Added);
        GovernEntry good = network.Changes(change);
        network.Refused("refused/governance-number", network.Ticker, good with { Number = 2 });
        network.Refused("refused/governance-number", network.Ticker, good with { Number = 0 });
        network.Refused("refused/governance-epoch", network.Ticker, network.Changes(network.State.Clock.Epoch, change));
        network.Refused("refused/governance-epoch", network.Ticker, network.Changes(next + (1 << 16), change));
        network.Refused("refused/governance-keys", network.Ticker, GovernEntry.Sign(network.Network, 1, next, [change], network.GovernanceKey(0)));
        network.Refused("refused/governance-keys", network.Ticker, GovernEntry.Sign(network.Network, 1, next, [change], network.GovernanceKey(0), network.Ticker.Key));
        network.Refused("refused/governance-keys", network.Ticker, GovernEntry.Sign(network.Network, 1, next, [change], network.GovernanceKey(0), network.GovernanceKey(1), network.Ticker.Key));
        network.Refused("refused/governance-signature", network.Ticker, good with { Epoch = next + 1 });
        network.Refused("refused/governance-signature", network.Ticker, good with { Changes = [new GovernanceChange.WithdrawReference(Added.Digest)] });
        network.Refused("refused/governance-signature", network.Ticker, good with
        {
            Approvals = [good.Approvals[0], good.Approvals[1] with { Signature = good.Approvals[0].Signature }],
        });
        network.Must(network.Requester, good);
        network.Refused("refused/governance-number", network.Ticker, good);
    }

    [Fact]
    public void A_key_counts_once()
    {
        var network = new TestNetwork();
        GovernEntry twice = GovernEntry.Sign(network.Network, 1, 1, [new GovernanceChange.AddReference(Added)], network.GovernanceKey(0), network.GovernanceKey(0));
        network.Refused("refused/malformed-field", network.Ticker, twice);
    }

    [Fact]
    public void Without_governance_keys_nothing_can_be_changed()
    {
        var network = new TestNetwork(change: genesis => genesis with { Governance = GovernanceKeys.None });
        network.Refused("refused/governance-keys", network.Ticker, network.Changes(new GovernanceChange.AddReference(Added)));
    }

    [Fact]
    public void Changes_that_cannot_be_made_are_refused_when_they_are_signed_and_not_when_they_are_due()
    {
        var network = new TestNetwork();
        Genesis genesis = network.State.Genesis;
        GovernanceChange[] impossible =
        [
            new GovernanceChange.AddReference(genesis.ReferenceValues[0]),
            new GovernanceChange.WithdrawReference(Added.Digest),
            new GovernanceChange.AddRoot(genesis.Roots[0]),
            new GovernanceChange.RemoveRoot(Added.Digest),
            new GovernanceChange.AllowTpm(new byte[] { 0xA0 }),
            new GovernanceChange.SetTimes(genesis.Times with { EpochMilliseconds = 1_000 }),
            new GovernanceChange.SetTimes(genesis.Times with { FoundingEpochs = 1 }),
            new GovernanceChange.SetPlatform(genesis.Platform with { RequiredPcrs = [0] }),
            new GovernanceChange.Rescue([network.Requester.Id]),
            new GovernanceChange.Upgrade(1),
            new GovernanceChange.Cancel(1),
        ];
        foreach (GovernanceChange change in impossible) network.Refused("refused/governance-change", network.Ticker, network.Changes(change));
        // What protects nothing is for development networks.
        var machine = new GovernanceChange.AddReference(new ReferenceValue(TeeKind.DevelopmentVtpm, new byte[] { 0x81, 0x01 }));
        var development = new TestNetwork();
        development.Must(development.Ticker, development.Changes(machine));
        var production = new TestNetwork(change: given => given with { Development = false, Roots = [.. given.Roots.Select(root => root with { Development = false })] });
        production.Refused("refused/governance-change", production.Ticker, production.Changes(machine));
        // Each alone is possible; after the other, which waits for an earlier epoch or stands before it, it is not.
        network.Refused("refused/governance-change", network.Ticker, network.Changes(new GovernanceChange.AddReference(Added), new GovernanceChange.AddReference(Added)));
        network.Must(network.Ticker, network.Changes(9, new GovernanceChange.AddReference(Added)));
        network.Refused("refused/governance-change", network.Ticker, network.Changes(5, new GovernanceChange.AddReference(Added)));
        network.Must(network.Ticker, network.Changes(5, new GovernanceChange.Cancel(1), new GovernanceChange.AddReference(Added)));
        Assert.Equal(2, Assert.Single(network.State.Governance.Pending).Number);
    }

    [Fact]
    public void A_network_that_is_not_for_development_pins_no_development_root()
    {
        var network = new TestNetwork(change: genesis => genesis with { Development = false, Roots = [] });
        var root = new PinnedRoot(1, Development: true, network.Ledger.EkId);
        network.Refused("refused/governance-change", network.Ticker, network.Changes(new GovernanceChange.AddRoot(root)));
        network.MustGovernAndWait(new GovernanceChange.AddRoot(root with { Development = false }));
        Assert.Equal(network.Ledger.EkId, Assert.Single(network.State.Terms.Roots).PublicKeySha256);
    }

    [Fact]
    public void Only_so_many_entries_wait_and_a_cancellation_still_comes_through()
    {
        var network = new TestNetwork();
        for (int i = 0; i < ProtocolLimits.GovernancePendingMax; i++)
            network.Must(network.Ticker, network.Changes(100 + i, new GovernanceChange.SetCommittee(network.State.Genesis.Committee with { Rounds = 1 + i % 3 })));
        GovernanceChange one = new GovernanceChange.AddReference(Added);
        network.Refused("refused/governance-pending", network.Ticker, network.Changes(1, one));
        network.Must(network.Ticker, network.Changes(1, new GovernanceChange.Cancel(3), one));
        network.Must(network.Ticker, network.Changes(1, new GovernanceChange.WithdrawReference(network.State.Genesis.ReferenceValues[0].Digest)));
    }

    [Fact]
    public void Terms_grow_to_their_limit_and_no_further()
    {
        var network = new TestNetwork();
        long epoch = network.State.Clock.Epoch + 1;
        RefusalReason refusal = RefusalReason.None;
        int added = 0;
        for (; refusal == RefusalReason.None && added < 100; added++)
        {
            // A canonical byte string of 16,000 bytes, different each time.
            byte[] tuple = new CanonicalWriter().Bytes([(byte)added, .. new byte[16_000]]).ToArray();
            refusal = network.Apply(network.Ticker, network.Changes(epoch++, new GovernanceChange.DenyTpm(tuple)));
            network.NextEpoch();
        }
        Assert.Equal("governance-change", refusal.Code());
        Assert.InRange(added, 60, 70);
    }

    [Fact]
    public void Changes_take_effect_at_their_epoch_and_in_the_order_of_epochs_then_numbers()
    {
        var network = new TestNetwork();
        CommitteeParameters committee = network.State.Genesis.Committee;
        network.Must(network.Ticker, network.Changes(3, new GovernanceChange.SetCommittee(committee with { Rounds = 5 })));
        network.Must(network.Ticker, network.Changes(2, new GovernanceChange.SetCommittee(committee with { Rounds = 6 })));
        network.Must(network.Ticker, network.Changes(3, new GovernanceChange.SetCommittee(committee with { Rounds = 7 })));
        network.NextEpoch();
        Assert.Equal(3, network.State.Terms.Committee.Rounds);
        network.NextEpoch();
        Assert.Equal(6, network.State.Terms.Committee.Rounds);
        network.NextEpoch();
        Assert.Equal(7, network.State.Terms.Committee.Rounds);
        Assert.Empty(network.State.Governance.Pending);
    }

    [Fact]
    public void Keys_are_changed_by_the_keys_before_them()
    {
        var network = new TestNetwork();
        var other = SigningKey.FromSeed(network.Ledger.Seed("other governance"));
        network.MustGovern(new GovernanceChange.SetKeys(new GovernanceKeys([other.PublicKey], 1)));
        GovernEntry byNew = GovernEntry.Sign(network.Network, 2, 5, [new GovernanceChange.AddReference(Added)], other);
        network.Refused("refused/governance-keys", network.Ticker, byNew);
        network.NextEpoch();
        network.Refused("refused/governance-keys", network.Ticker, network.Changes(5, new GovernanceChange.AddReference(Added)));
        network.Must(network.Ticker, byNew);
    }
}
