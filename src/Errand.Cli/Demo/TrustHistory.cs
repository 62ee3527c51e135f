using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>How each node came to be qualified, read off the ledger: its last Proof of Trust that passed, and who voted.</summary>
internal sealed class TrustHistory
{
    private readonly Dictionary<Bytes32, Case> _open = [];
    private readonly Dictionary<PublicKey, Passed> _passed = [];

    /// <summary>By node.</summary>
    public IReadOnlyDictionary<PublicKey, Passed> ByNode => _passed;

    /// <summary>Folds a ledger's entries up to now.</summary>
    public static async Task<TrustHistory> ReadAsync(Genesis genesis, ILedger ledger, CancellationToken cancellation)
    {
        var history = new TrustHistory();
        var state = new NetworkState(genesis);
        while (await ledger.ReadAsync(state.NextPosition, LedgerLimits.ReadCountMax, cancellation).ConfigureAwait(false) is { Count: > 0 } page)
            foreach (LedgerEntry entry in page) history.Note(state, state.Apply(entry.TimeMilliseconds, entry.Bytes.Span));
        return history;
    }

    private void Note(NetworkState state, ApplyResult result)
    {
        if (!result.Applied) return;
        if (result.Entry.Body is OfferEntry offer)
            _open[OfferEntry.CaseId(state.Network, result.Entry.Signer, offer.Number)] = new Case(result.Entry.Signer, state.Clock.Milliseconds);
        if (result.Entry.Body is not VerdictEntry { Role: CommitteeRole.ProofOfTrust } verdict || !_open.TryGetValue(verdict.CaseId, out Case? open)) return;
        if (verdict.Accept) open.Accepts++;
        else open.Rejects++;
        if (state.TrustCases.ContainsKey(verdict.CaseId)) return;
        _open.Remove(verdict.CaseId);
        if (state.Nodes[open.Node].Proven) _passed[open.Node] = new Passed(open.Accepts, open.Rejects, state.Clock.Milliseconds - open.OfferedMilliseconds);
    }

    /// <summary>A Proof of Trust that passed.</summary>
    /// <param name="Accepts">Accepts until the decision.</param>
    /// <param name="Rejects">Rejects until the decision.</param>
    /// <param name="Milliseconds">From the offer to the decision.</param>
    internal sealed record Passed(int Accepts, int Rejects, long Milliseconds);

    private sealed record Case(PublicKey Node, long OfferedMilliseconds)
    {
        public int Accepts { get; set; }

        public int Rejects { get; set; }
    }
}
