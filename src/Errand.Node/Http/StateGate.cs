using System.Net;
using System.Threading.RateLimiting;

namespace Errand.Node;

/// <summary>What stands before the states that a host gives out: how often it is asked for checkpoints, and how many snapshots are under way at a time.</summary>
internal sealed class StateGate : IAsyncDisposable
{
    /// <summary>Snapshots under way at a time: in all, and to one source.</summary>
    public const int PlacesMax = 8, PlacesPerSourceMax = 2;

    private const int Burst = 256, PerSecond = 64, BurstPerSource = 64, PerSecondPerSource = 16;

    private readonly PartitionedRateLimiter<IPAddress> _pace = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(source => RateLimitPartition.GetTokenBucketLimiter(source, _ => SourceLimits.Bucket(BurstPerSource, PerSecondPerSource))),
        PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetTokenBucketLimiter(0, _ => SourceLimits.Bucket(Burst, PerSecond))));

    private readonly PartitionedRateLimiter<IPAddress> _places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(source => RateLimitPartition.GetConcurrencyLimiter(source, _ => SourceLimits.Places(PlacesPerSourceMax))),
        PartitionedRateLimiter.Create<IPAddress, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => SourceLimits.Places(PlacesMax))));

    /// <summary>False when the source, or all together, ask too often.</summary>
    public bool TryCount(IPAddress? source)
    {
        using RateLimitLease lease = _pace.AttemptAcquire(SourceLimits.Of(source));
        return lease.IsAcquired;
    }

    /// <summary>A place for a snapshot, given back when it is disposed; null when there is none.</summary>
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
