using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Terms in force and those of open cases.</summary>
public sealed partial class NetworkState
{
    private readonly SortedDictionary<int, TermsState> _terms = [];

    /// <summary>The terms in force: those of cases that are opened now.</summary>
    public NetworkTerms Terms => _terms[_governance.Terms].Terms;

    /// <summary>Digests of reference values that hold no longer, for any case.</summary>
    public IReadOnlySet<Bytes32> WithdrawnReferences => _governance.Withdrawn;

    /// <summary>How many sets of terms the state holds.</summary>
    internal int TermsKept => _terms.Count;

    private void PutInForce(NetworkTerms terms)
    {
        int before = _governance.Terms;
        var state = new TermsState(terms with { Number = before + 1 });
        _terms.Add(state.Terms.Number, state);
        _records.Touch(state);
        _governance.Terms = state.Terms.Number;
        _records.Touch(_governance);
        DropUnused(before);
    }

    // Its terms stay in the state until ReleaseTerms.
    private CaseSnapshot TakeSnapshot()
    {
        _terms[_governance.Terms].Cases++;
        return new CaseSnapshot(Clock.Epoch, Clock.Weight, Terms, IsRescued);
    }

    private void ReleaseTerms(NetworkTerms terms)
    {
        _terms[terms.Number].Cases--;
        DropUnused(terms.Number);
    }

    // The state keeps no terms that nothing can ask for, and no withdrawal that no terms need.
    private void DropUnused(int number)
    {
        TermsState state = _terms[number];
        if (state.Cases > 0 || number == _governance.Terms) return;
        _terms.Remove(number);
        _records.Remove(state);
        if (_governance.WithdrawnSet.RemoveWhere(digest => !_terms.Values.Any(left => left.Terms.Has(digest))) > 0) _records.Touch(_governance);
    }
}
