using System.Collections.Concurrent;

namespace Errand.Node;

/// <summary>The nodes that one host answers for, by key. Thread-safe.</summary>
public sealed class NodeDirectory : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (IChallengeResponder Node, ChallengeGate Gate)> _nodes = new(StringComparer.Ordinal);

    /// <summary>Adds a node.</summary>
    public void Add(IChallengeResponder node) => _nodes[node.Id.ToString()] = (node, new ChallengeGate());

    /// <summary>The node with a key in hexadecimal, or null.</summary>
    internal IChallengeResponder? Find(string? key) => key is not null && _nodes.TryGetValue(key, out var found) ? found.Node : null;

    /// <summary>What stands before a node's TPM; null where there is no such node.</summary>
    internal ChallengeGate? FindGate(string? key) => key is not null && _nodes.TryGetValue(key, out var found) ? found.Gate : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((IChallengeResponder _, ChallengeGate gate) in _nodes.Values) await gate.DisposeAsync().ConfigureAwait(false);
    }
}
