using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>An executor as seen by owners and recipients.</summary>
public interface IReleaseReceiver
{
    /// <summary>The node's key.</summary>
    PublicKey Id { get; }

    /// <summary>Takes a release message for the enclave of an attempt. Taking it twice is as taking it once.</summary>
    ReleaseTaking TakeRelease(TaskId task, int attempt, AssetId asset, ReadOnlyMemory<byte> message);

    /// <summary>The sealed result of a task; null when it is not here.</summary>
    Stream? OpenResult(TaskId task);
}
