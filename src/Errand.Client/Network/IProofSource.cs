using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>Where a reader asks for proofs: the server whose page is being checked.</summary>
internal interface IProofSource
{
    /// <summary>A consistency proof; null when the server has none to give.</summary>
    ValueTask<IReadOnlyList<Bytes32>?> ConsistencyAsync(long oldSize, long newSize, CancellationToken cancellation);

    /// <summary>A page, unverified; null when the server has none to give.</summary>
    ValueTask<ProvenPage?> PageAsync(long from, int countMax, CancellationToken cancellation);
}
