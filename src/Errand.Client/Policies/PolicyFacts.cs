using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>What a policy needs to know of the network's state besides the task.</summary>
/// <param name="Asset">The asset that the policy is for.</param>
/// <param name="AcceptsGiven">Accepts given so far: <see cref="AssetState.Accepts"/>.</param>
/// <param name="EligibleExecutors">Executors of the task's snapshot that fit it: <see cref="Of"/> counts them.</param>
public sealed record PolicyFacts(AssetId Asset, long AcceptsGiven, int EligibleExecutors)
{
    /// <summary>Those of them to tasks with the task's app; all unless told.</summary>
    public long AcceptsGivenToApp { get; init; } = AcceptsGiven;

    /// <summary>Releases of the asset's key so far.</summary>
    public long Releases { get; init; }

    /// <summary>Those of them in tasks with the task's app.</summary>
    public long ReleasesToApp { get; init; }

    /// <summary>Takes the facts from the state.</summary>
    /// <exception cref="KeyNotFoundException">The asset is not in the state.</exception>
    public static PolicyFacts Of(NetworkState state, TaskState task, AssetId asset)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(task);
        int eligible = state.Nodes.Values.Count(node =>
            node.Roles.HasFlag(NodeRoles.Executor) && node.IsActive && node.KeyAt(task.SnapshotEpoch) is not null
            && state.Clock.Epoch >= node.PausedUntilEpoch && state.IsEligible(task, node));
        AssetState known = state.Assets[asset];
        AppUse use = known.UseBy(task.Submit.App);
        return new PolicyFacts(asset, known.Accepts, eligible) { AcceptsGivenToApp = use.Accepts, Releases = known.Releases, ReleasesToApp = use.Releases };
    }
}
