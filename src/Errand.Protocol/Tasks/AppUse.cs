namespace Errand.Protocol;

/// <summary>What tasks with one app have used of an asset's budget.</summary>
/// <param name="Accepts">Accepts so far.</param>
/// <param name="Releases">Releases so far.</param>
/// <param name="Epoch">The epoch of the last accept.</param>
/// <param name="AcceptsInEpoch">Accepts in that epoch.</param>
public readonly record struct AppUse(long Accepts, long Releases, long Epoch, long AcceptsInEpoch);
