using Errand.Cryptography;
using Errand.Primitives;
using Errand.Tests;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of the VRF keys with which owners and nodes draw: which count, and from when.</summary>
public sealed class DrawnKeyTests
{
    [Fact]
    public void T_01_owner_key_late()
    {
        var network = new TestNetwork();
        TestTask task = network.MustSubmit();
        network.DataOwner.Rotate();
        network.Refused("refused/vrf-key-not-pinned", network.DataOwner, task.Accept(task.Data));
        // Even an asset entry that pins the new key does not help the task that is there.
        network.Publish(network.DataOwner, AssetKind.Data);
        network.Refused("refused/vrf-key-not-pinned", network.DataOwner, task.Accept(task.Data));
        Assert.Equal(TaskPhase.Accepting, task.State.Phase);
    }

    [Theory]
    [MemberData(nameof(BadVrfKeys))]
    public void T_02_owner_key_small_order(string key)
    {
        var network = new TestNetwork();
        var bad = new VrfPublicKey(new Bytes32(Convert.FromHexString(key)));
        network.Refused("refused/vrf-key-invalid", network.AppOwner, network.Asset(network.AppOwner, AssetKind.App) with { VrfKey = bad });
    }

    /// <summary>The encodings of all points of small order, canonical or not, and a y that is not below the field's prime.</summary>
    public static TheoryData<string> BadVrfKeys => [.. SmallOrderPoints.Encodings, .. SmallOrderPoints.NonCanonical];

    [Fact]
    public void T_09_key_ground_after_seed()
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 2);
        TestTask task = network.MustSubmit().AcceptAll();
        // One executor comes new, the other qualifies with a new key: neither is in the snapshot so.
        TestActor late = network.Node("late executor", network.SpareOperators[0], NodeRoles.Executor);
        TestActor rotated = network.Executors[1];
        rotated.Rotate();
        network.Must(rotated, network.Registration(rotated));
        network.Must(late, network.Registration(late));
        network.MustOffer(rotated);
        network.MustOffer(late);
        network.NextEpoch();
        foreach (TestActor node in new[] { rotated, late })
        {
            TrustCase trustCase = network.CaseOf(node)!;
            foreach (TestActor verifier in network.Verifiers.Take(7)) network.Must(verifier, network.TrustVerdict(verifier, trustCase, accept: true));
        }
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal(TaskPhase.Claiming, task.State.Phase);
        Assert.Equal(rotated.Vrf.PublicKey, network.State.Nodes[rotated.Id].KeyAt(network.State.Clock.Epoch));
        network.Refused("refused/not-in-snapshot", rotated, task.Claim(rotated));
        network.Refused("refused/not-in-snapshot", late, task.Claim(late));
        network.Must(network.Executors[0], task.Claim(network.Executors[0]));
    }

    [Fact]
    public void T_10_key_rotated_mid_case()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit();
        TestActor verifier = network.Verifiers[3];
        VrfKey old = verifier.Rotate();
        network.Must(verifier, network.Registration(verifier));
        network.ProveTrust(verifier);
        task.RunTo(TaskPhase.Verifying);
        network.Refused("refused/not-in-snapshot", verifier, network.TaskVerdict(verifier, task.State, accept: true));
        byte[] input = Lottery.Input(network.Network, CommitteeRole.Task, task.Id.Value, task.State.Seed!.Value, 1, 1);
        network.Must(verifier, network.TaskVerdict(verifier, task.State, accept: true) with { Proof = TestActor.Prove(old, input) });
        Assert.Equal(1, task.State.Attempt!.Current!.Accepts);
    }

    [Fact]
    public void T_12_beacon_key_ground()
    {
        var network = new TestNetwork();
        TestActor young = network.Node("young", network.SpareOperators[0], NodeRoles.Verifier);
        network.Must(young, network.Registration(young));
        network.ProveTrust(young);
        network.Refused("refused/ticket-too-young", young, network.Ticket(young));
        network.NextEpoch(tickets: false);
        // It was qualified while epoch e-1 ran: in epoch e its key may have been ground against R(e).
        network.Refused("refused/ticket-too-young", young, network.Ticket(young));
        network.NextEpoch(tickets: false);
        network.Must(young, network.Ticket(young));
    }

    [Fact]
    public void T_12_beacon_key_ground_by_rotation()
    {
        var network = new TestNetwork();
        TestActor verifier = network.Verifiers[0];
        VrfKey old = verifier.Rotate();
        network.Must(verifier, network.Registration(verifier));
        network.ProveTrust(verifier);
        network.NextEpoch(tickets: false);
        network.Refused("refused/vrf-proof", verifier, network.Ticket(verifier));
        network.Must(verifier, network.Ticket(verifier, old));
        network.NextEpoch(tickets: false);
        network.Refused("refused/vrf-proof", verifier, network.Ticket(verifier, old));
        network.Must(verifier, network.Ticket(verifier));
    }
}
