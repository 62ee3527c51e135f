using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>What a policy needs to know of the network's state besides the task.</summary>
/// <param name="Asset">The asset that the policy is for.</param>
/// <param name="AcceptsGiven">Accepts given so far: <see cref="AssetState.Accepts"/>.</param>
/// <param name="EligibleExecutors">Executors of the task's snapshot that fit it: <see cref="Of"/> counts them.</param>
public sealed record PolicyFacts(AssetId Asset, long AcceptsGiven, int EligibleExecutors)
{
    /// <summary>Takes the facts from the state.</summary>
    /// <exception cref="KeyNotFoundException">The asset is not in the state.</exception>
    public static PolicyFacts Of(NetworkState state, TaskState task, AssetId asset)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(task);
        int eligible = state.Nodes.Values.Count(node =>
            node.Roles.HasFlag(NodeRoles.Executor) && node.IsActive && node.KeyAt(task.SnapshotEpoch) is not null
            && state.Clock.Epoch >= node.PausedUntilEpoch && state.IsEligible(task, node));
        return new PolicyFacts(asset, state.Assets[asset].Accepts, eligible);
    }
}
