using System.Net;
using System.Threading.RateLimiting;

namespace Errand.Node;

/// <summary>
/// What stands before a node's TPM, as anyone may send challenges: how many are read in a second, and how many wait for the TPM at a time.
/// A TPM answers a few in a second, or a few hundred; the node's own quotes queue behind those that wait.
/// </summary>
/// <remarks>
/// Each source has a share (<see cref="SourceLimits"/>): one that floods uses up its own.
/// </remarks>
internal sealed class ChallengeGate : IAsyncDisposable
{
    /// <summary>Challenges that wait for the TPM at a time: in all, and of one source.</summary>
    public const int PlacesMax = 32, PlacesPerSourceMax = 8;

    private const int Burst = 512, PerSecond = 256, BurstPerSource = 256, PerSecondPerSource = 128;

    private readonly PartitionedRateLimiter<IPAddress> _pace = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(source => RateLimitPartition.GetTokenBucketLimiter(source, _ => SourceLimits.Bucket(BurstPerSource, PerSecondPerSource))),
        PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetTokenBucketLimiter(0, _ => SourceLimits.Bucket(Burst, PerSecond))));

    private readonly PartitionedRateLimiter<IPAddress> _places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(source => RateLimitPartition.GetConcurrencyLimiter(source, _ => SourceLimits.Places(PlacesPerSourceMax))),
        PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => SourceLimits.Places(PlacesMax))));

    /// <summary>False when the source, or all together, ask too often: the challenge is not even read.</summary>
    public bool TryCount(IPAddress? source)
    {
        using RateLimitLease lease = _pace.AttemptAcquire(SourceLimits.Of(source));
        return lease.IsAcquired;
    }

    /// <summary>A place in the queue before the TPM, given back when it is disposed; null when there is none.</summary>
    public IDisposable? TryEnter(IPAddress? source)
    {
        RateLimitLease lease = _places.AttemptAcquire(SourceLimits.Of(source));
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _pace.DisposeAsync().ConfigureAwait(false);
        await _places.DisposeAsync().ConfigureAwait(false);
    }
}
