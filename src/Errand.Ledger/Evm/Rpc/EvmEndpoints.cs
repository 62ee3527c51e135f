namespace Errand.Ledger;

/// <summary>Several machines that answer for one chain. What matters must be said alike by more than half of them (or by as many as was asked for).</summary>
/// <remarks>Endpoints that fail are asked last from then on. One that is on another chain is never used.</remarks>
internal sealed class EvmEndpoints : IDisposable
{
    private readonly EvmEndpoint[] _all;
    private readonly ulong _chainId;
    private readonly int _agreement;
    private readonly List<EvmEndpoint> _order;
    private readonly HashSet<EvmEndpoint> _known = [];
    private readonly Dictionary<EvmEndpoint, Task<ulong?>> _asked = [];
    private readonly Dictionary<EvmEndpoint, ulong> _final = [];

    internal EvmEndpoints(IReadOnlyList<Uri> addresses, ulong chainId, int? agreement, TimeSpan timeout, TimeProvider time)
    {
        if (addresses.Count == 0) throw new ArgumentException("At least one endpoint is needed.", nameof(addresses));
        _all = [.. addresses.Select(address => new EvmEndpoint(address, timeout, time))];
        _order = [.. _all];
        _chainId = chainId;
        _agreement = agreement ?? (_all.Length / 2) + 1;
        if (_agreement < 1 || _agreement > _all.Length) throw new ArgumentOutOfRangeException(nameof(agreement), $"Of {_all.Length} endpoints between 1 and {_all.Length} can be asked to agree.");
    }

    /// <summary>All, those that answered last first. Not for two calls at once, as everything here.</summary>
    internal IReadOnlyList<EvmEndpoint> InOrder => [.. _order];

    /// <summary>The lowest of as many answers as would have to agree, or of those there are.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: none answers.</exception>
    internal async ValueTask<ulong> LowestAsync(Func<EvmEndpoint, CancellationToken, ValueTask<ulong>> ask, CancellationToken cancellation)
    {
        var answers = new List<ulong>();
        var reasons = new Reasons();
        foreach (EvmEndpoint endpoint in InOrder)
        {
            (bool answered, ulong value) = await TryAsync(endpoint, ask, reasons, cancellation).ConfigureAwait(false);
            if (answered) answers.Add(value);
            if (answers.Count == _agreement) break;
        }
        return answers.Count > 0 ? answers.Min() : throw reasons.Fault("No endpoint of the chain answers.");
    }

    /// <summary>The answer that enough of them give alike.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: there is none.</exception>
    internal async ValueTask<T> AgreedAsync<T>(string what, Func<EvmEndpoint, CancellationToken, ValueTask<T>> ask, CancellationToken cancellation)
        where T : notnull
    {
        var votes = new Dictionary<T, int>();
        var reasons = new Reasons();
        foreach (EvmEndpoint endpoint in InOrder)
        {
            (bool answered, T? value) = await TryAsync(endpoint, ask, reasons, cancellation).ConfigureAwait(false);
            if (!answered) continue;
            votes[value!] = votes.GetValueOrDefault(value!) + 1;
            if (votes[value!] >= _agreement) return value!;
        }
        throw reasons.Fault($"{_agreement} of {_all.Length} endpoints must say the same of {what}; {votes.Values.DefaultIfEmpty(0).Max()} do.");
    }

    /// <summary>The newest block that enough of them call final; null while there is none.</summary>
    /// <remarks>All are asked at once, and one that does not answer holds nobody up: what it said before still holds.</remarks>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: too few answer.</exception>
    internal async ValueTask<ulong?> FinalNumberAsync(EvmFinality finality, CancellationToken cancellation)
    {
        foreach (EvmEndpoint endpoint in _all)
            if (!_asked.ContainsKey(endpoint)) _asked[endpoint] = AskFinalAsync(endpoint, finality, cancellation);
        int answers = 0;
        var reasons = new Reasons();
        while (answers < _agreement && _asked.Count > 0)
        {
            Task<ulong?> ready = await Task.WhenAny(_asked.Values).ConfigureAwait(false);
            EvmEndpoint endpoint = _asked.First(pair => pair.Value == ready).Key;
            _asked.Remove(endpoint);
            (bool answered, ulong? number) = await TryAsync(endpoint, async (_, _) => await ready.ConfigureAwait(false), reasons, cancellation).ConfigureAwait(false);
            if (!answered) continue;
            answers++;
            if (number is { } final && final > _final.GetValueOrDefault(endpoint)) _final[endpoint] = final;
        }
        if (answers < _agreement) throw reasons.Fault($"{_agreement} of {_all.Length} endpoints must say what is final; {answers} do.");
        return _final.Count < _agreement ? null : _final.Values.OrderDescending().ElementAt(_agreement - 1);
    }

    /// <summary>Asks an endpoint last from now on.</summary>
    internal void Demote(EvmEndpoint endpoint)
    {
        _order.Remove(endpoint);
        _order.Add(endpoint);
    }

    public void Dispose()
    {
        foreach (EvmEndpoint endpoint in _all) endpoint.Dispose();
    }

    private async Task<ulong?> AskFinalAsync(EvmEndpoint endpoint, EvmFinality finality, CancellationToken cancellation)
    {
        await RequireChainAsync(endpoint, cancellation).ConfigureAwait(false);
        return await endpoint.FinalNumberAsync(finality, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<(bool Answered, T? Value)> TryAsync<T>(EvmEndpoint endpoint, Func<EvmEndpoint, CancellationToken, ValueTask<T>> ask, Reasons reasons, CancellationToken cancellation)
    {
        try
        {
            await RequireChainAsync(endpoint, cancellation).ConfigureAwait(false);
            return (true, await ask(endpoint, cancellation).ConfigureAwait(false));
        }
        catch (RpcRefusal refusal)
        {
            reasons.Add($"{endpoint.Name} refuses: {refusal.Message}.", wrongChain: false);
        }
        catch (LedgerException fault) when (fault.Fault is LedgerFault.Transport or LedgerFault.WrongNetwork)
        {
            reasons.Add(fault.Message, fault.Fault == LedgerFault.WrongNetwork);
        }
        Demote(endpoint);
        return (false, default);
    }

    private async ValueTask RequireChainAsync(EvmEndpoint endpoint, CancellationToken cancellation)
    {
        lock (_known)
            if (_known.Contains(endpoint)) return;
        ulong chain = await endpoint.ChainIdAsync(cancellation).ConfigureAwait(false);
        if (chain != _chainId) throw new LedgerException(LedgerFault.WrongNetwork, $"The endpoint {endpoint.Name} is on chain {chain}; the genesis names chain {_chainId}. Give another endpoint.");
        lock (_known) _known.Add(endpoint);
    }

    private sealed class Reasons
    {
        private readonly List<string> _sentences = [];
        private int _wrongChain;

        internal void Add(string sentence, bool wrongChain)
        {
            _sentences.Add(sentence);
            if (wrongChain) _wrongChain++;
        }

        // Endpoints that are all on another chain are no passing trouble.
        internal LedgerException Fault(string what) =>
            new(_wrongChain > 0 && _wrongChain == _sentences.Count ? LedgerFault.WrongNetwork : LedgerFault.Transport, string.Join(' ', _sentences.Prepend(what)));
    }
}
