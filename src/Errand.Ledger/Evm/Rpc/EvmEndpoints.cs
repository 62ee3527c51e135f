namespace Errand.Ledger;

/// <summary>Several machines that answer for one chain. What matters must be said alike by more than half of them (or by as many as was asked for).</summary>
/// <remarks>Endpoints that fail are asked last from then on, and which chain they are on is asked again. One that is on another chain is never used.</remarks>
internal sealed class EvmEndpoints : IDisposable
{
    // Once as many have answered as must agree, others have this long: one that stalls holds nobody up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly EvmEndpoint[] _all;
    private readonly ulong _chainId;
    private readonly int _agreement;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _life = new();
    private readonly Lock _gate = new();
    private readonly List<EvmEndpoint> _order;
    private readonly HashSet<EvmEndpoint> _known = [];
    private readonly Dictionary<EvmEndpoint, Task<ulong?>> _asked = [];
    private readonly Dictionary<EvmEndpoint, ulong> _final = [];

    internal EvmEndpoints(IReadOnlyList<Uri> addresses, ulong chainId, int? agreement, TimeSpan timeout, TimeProvider time)
    {
        if (addresses.Count == 0) throw new ArgumentException("At least one endpoint is needed.", nameof(addresses));
        // One named twice has one voice.
        _all = [.. addresses.Distinct().Select(address => new EvmEndpoint(address, timeout, time))];
        _order = [.. _all];
        _chainId = chainId;
        _time = time;
        _agreement = agreement ?? (_all.Length / 2) + 1;
        if (_agreement < 1 || _agreement > _all.Length) throw new ArgumentOutOfRangeException(nameof(agreement), $"Of {_all.Length} endpoints between 1 and {_all.Length} can be asked to agree.");
    }

    /// <summary>All, those that answered last first.</summary>
    internal IReadOnlyList<EvmEndpoint> InOrder
    {
        get
        {
            lock (_gate) return [.. _order];
        }
    }

    /// <summary>
    /// The middle of what all say that answer, the lower one of two: one of three that lies moves it no further than to what another says.
    /// </summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: none answers.</exception>
    internal async ValueTask<ulong> MiddleAsync(Func<EvmEndpoint, CancellationToken, ValueTask<ulong>> ask, CancellationToken cancellation)
    {
        var reasons = new Reasons();
        List<ulong> answers = await AskAllAsync(ask, reasons, cancellation).ConfigureAwait(false);
        answers.Sort();
        return answers.Count > 0 ? answers[(answers.Count - 1) / 2] : throw Fault(reasons, "No endpoint of the chain answers.");
    }

    /// <summary>Hands something to all of them at once. Whether one took it, and why others did not.</summary>
    internal async ValueTask<(bool Taken, string Refusals)> TellAllAsync(Func<EvmEndpoint, CancellationToken, ValueTask> tell, CancellationToken cancellation)
    {
        var reasons = new Reasons();
        List<bool> taken = await AskAllAsync(
            async (endpoint, stop) =>
            {
                await tell(endpoint, stop).ConfigureAwait(false);
                return true;
            },
            reasons,
            cancellation).ConfigureAwait(false);
        return (taken.Count > 0, reasons.ToString());
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
        throw Fault(reasons, $"{_agreement} of {_all.Length} endpoints must say the same of {what}; {votes.Values.DefaultIfEmpty(0).Max()} do.");
    }

    /// <summary>The newest block that enough of them call final; null while there is none.</summary>
    /// <remarks>All are asked at once, and one that does not answer holds nobody up: what it said before still holds.</remarks>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: too few answer.</exception>
    internal async ValueTask<ulong?> FinalNumberAsync(EvmFinality finality, CancellationToken cancellation)
    {
        foreach (EvmEndpoint endpoint in _all)
            if (!_asked.ContainsKey(endpoint)) _asked[endpoint] = AskFinalAsync(endpoint, finality);
        int answers = 0;
        var reasons = new Reasons();
        while (answers < _agreement && _asked.Count > 0)
        {
            Task<ulong?> ready = await Task.WhenAny(_asked.Values).WaitAsync(cancellation).ConfigureAwait(false);
            EvmEndpoint endpoint = _asked.First(pair => pair.Value == ready).Key;
            _asked.Remove(endpoint);
            (bool answered, ulong? number) = await TryAsync(endpoint, async (_, _) => await ready.ConfigureAwait(false), reasons, cancellation).ConfigureAwait(false);
            if (!answered) continue;
            answers++;
            if (number is { } final) _final[endpoint] = final;
        }
        if (answers < _agreement) throw Fault(reasons, $"{_agreement} of {_all.Length} endpoints must say what is final; {answers} do.");
        return _final.Count < _agreement ? null : _final.Values.OrderDescending().ElementAt(_agreement - 1);
    }

    /// <summary>Asks one endpoint, if it is on the right chain.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: it does not answer.</exception>
    /// <exception cref="RpcRefusal">It refuses.</exception>
    internal async ValueTask<T> AskAsync<T>(EvmEndpoint endpoint, Func<EvmEndpoint, CancellationToken, ValueTask<T>> ask, CancellationToken cancellation)
    {
        try
        {
            await RequireChainAsync(endpoint, cancellation).ConfigureAwait(false);
            return await ask(endpoint, cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.WrongNetwork)
        {
            throw new LedgerException(LedgerFault.Transport, fault.Message, fault);
        }
    }

    /// <summary>Asks an endpoint last from now on, and first of all for its chain.</summary>
    internal void Demote(EvmEndpoint endpoint)
    {
        lock (_gate)
        {
            _order.Remove(endpoint);
            _order.Add(endpoint);
            _known.Remove(endpoint);
        }
    }

    public void Dispose()
    {
        _life.Cancel();
        foreach (EvmEndpoint endpoint in _all) endpoint.Dispose();
        _life.Dispose();
    }

    // The answers that came until enough had answered, and a moment longer.
    private async ValueTask<List<T>> AskAllAsync<T>(Func<EvmEndpoint, CancellationToken, ValueTask<T>> ask, Reasons reasons, CancellationToken cancellation)
    {
        var answers = new List<T>();
        var open = new HashSet<Task<(bool Answered, T? Value)>>(InOrder.Select(endpoint => TryAsync(endpoint, ask, reasons, cancellation).AsTask()));
        Task? grace = null;
        while (open.Count > 0)
        {
            Task first = await Task.WhenAny(grace is null ? open : [.. open, grace]).ConfigureAwait(false);
            if (first is not Task<(bool Answered, T? Value)> ready) break;
            open.Remove(ready);
            (bool answered, T? value) = await ready.ConfigureAwait(false);
            if (answered) answers.Add(value!);
            if (answers.Count >= _agreement) grace ??= Task.Delay(Grace, _time, cancellation);
        }
        cancellation.ThrowIfCancellationRequested();
        return answers;
    }

    // Asked once for many callers: no caller's token ends it.
    private async Task<ulong?> AskFinalAsync(EvmEndpoint endpoint, EvmFinality finality)
    {
        await RequireChainAsync(endpoint, _life.Token).ConfigureAwait(false);
        return await endpoint.FinalNumberAsync(finality, _life.Token).ConfigureAwait(false);
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
        lock (_gate)
            if (_known.Contains(endpoint)) return;
        ulong chain = await endpoint.ChainIdAsync(cancellation).ConfigureAwait(false);
        if (chain != _chainId) throw new LedgerException(LedgerFault.WrongNetwork, $"The endpoint {endpoint.Name} is on chain {chain}; the genesis names chain {_chainId}. Give another endpoint.");
        lock (_gate) _known.Add(endpoint);
    }

    // So many on another chain that the others can never agree are no passing trouble.
    private LedgerException Fault(Reasons reasons, string what) =>
        new(reasons.WrongChain > _all.Length - _agreement ? LedgerFault.WrongNetwork : LedgerFault.Transport, $"{what} {reasons}".TrimEnd());

    private sealed class Reasons
    {
        private readonly List<string> _sentences = [];

        internal int WrongChain { get; private set; }

        internal void Add(string sentence, bool wrongChain)
        {
            lock (_sentences)
            {
                _sentences.Add(sentence);
                if (wrongChain) WrongChain++;
            }
        }

        public override string ToString()
        {
            lock (_sentences) return string.Join(' ', _sentences);
        }
    }
}
