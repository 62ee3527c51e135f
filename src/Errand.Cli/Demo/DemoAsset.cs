using Errand.Primitives;

namespace Errand.Cli;

/// <summary>A sealed file of the demonstration.</summary>
/// <param name="Id">Its asset id.</param>
/// <param name="Content">Its content id.</param>
/// <param name="ClearBytes">Size before sealing.</param>
/// <param name="SealedBytes">Size of the sealed file.</param>
/// <param name="New">False when an earlier run has published it.</param>
internal sealed record DemoAsset(AssetId Id, ContentId Content, long ClearBytes, long SealedBytes, bool New);
