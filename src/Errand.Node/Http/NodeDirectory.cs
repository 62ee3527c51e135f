using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Errand.Ledger;

namespace Errand.Node;

/// <summary>The nodes that one host answers for, by key. Thread-safe.</summary>
public sealed class NodeDirectory : IAsyncDisposable
{
    private const int ChallengesBurst = 512;
    private const int ChallengesPerSecond = 256;
    private readonly ConcurrentDictionary<string, (IChallengeResponder Node, TokenBucketRateLimiter Limiter)> _nodes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Witness> _witnesses = new(StringComparer.Ordinal);

    /// <summary>Adds a node.</summary>
    public void Add(IChallengeResponder node) => _nodes[node.Id.ToString()] = (node, new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
    {
        TokenLimit = ChallengesBurst,
        TokensPerPeriod = ChallengesPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    }));

    /// <summary>Lets a node that was added cosign its network's ledger.</summary>
    public void AddWitness(Witness witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        _witnesses[witness.Key.Key.ToString()] = witness;
    }

    /// <summary>The witness with a node's key in hexadecimal, or null.</summary>
    internal Witness? FindWitness(string? key) => key is not null && _witnesses.TryGetValue(key, out Witness? found) ? found : null;

    /// <summary>The node with a key in hexadecimal, or null.</summary>
    internal IChallengeResponder? Find(string? key) => key is not null && _nodes.TryGetValue(key, out var found) ? found.Node : null;

    /// <summary>False when a node has been challenged too often of late.</summary>
    internal bool TryTakeChallenge(string key) => _nodes.TryGetValue(key, out var found) && found.Limiter.AttemptAcquire().IsAcquired;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((IChallengeResponder _, TokenBucketRateLimiter limiter) in _nodes.Values) await limiter.DisposeAsync().ConfigureAwait(false);
    }
}
