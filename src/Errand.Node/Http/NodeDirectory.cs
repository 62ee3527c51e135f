using System.Collections.Concurrent;
using Errand.Ledger;

namespace Errand.Node;

/// <summary>The nodes that one host answers for, by key. Thread-safe.</summary>
public sealed class NodeDirectory : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (IChallengeResponder Node, ChallengeGate Gate)> _nodes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Witness> _witnesses = new(StringComparer.Ordinal);

    /// <summary>What stands before the states that the nodes give out.</summary>
    internal StateGate States { get; } = new();

    /// <summary>Adds a node.</summary>
    public void Add(IChallengeResponder node) => _nodes[node.Id.ToString()] = (node, new ChallengeGate());

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

    /// <summary>What stands before a node's TPM; null where there is no such node.</summary>
    internal ChallengeGate? FindGate(string? key) => key is not null && _nodes.TryGetValue(key, out var found) ? found.Gate : null;

    /// <summary>All nodes that give out states.</summary>
    internal IEnumerable<IStateSource> StateSources => _nodes.OrderBy(node => node.Key, StringComparer.Ordinal).Select(node => node.Value.Node).OfType<IStateSource>();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((IChallengeResponder _, ChallengeGate gate) in _nodes.Values) await gate.DisposeAsync().ConfigureAwait(false);
        await States.DisposeAsync().ConfigureAwait(false);
    }
}
