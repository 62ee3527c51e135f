using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Governance: withdraws the one reference value when the plan says so.</summary>
internal sealed class GovernanceActor(World world) : Participant(world, "governance")
{
    protected override void Act()
    {
        Bytes32 digest = GenesisMaker.Reference.Digest;
        if (Now < World.Plan.Governance || State.WithdrawnReferences.Contains(digest) || !State.Terms.ReferenceValues.Any(value => value.Digest == digest)) return;
        // At the worst moment: when owners are about to release.
        if (!State.OpenTasks.Any(task => task.Phase == TaskPhase.Releasing)) return;
        Publish("withdraw", GovernEntry.Sign(World.Network, State.Governance.Number + 1, State.Clock.Epoch + 2, [new GovernanceChange.WithdrawReference(digest)],
            GenesisMaker.GovernanceKey(0).Key, GenesisMaker.GovernanceKey(1).Key));
    }
}
