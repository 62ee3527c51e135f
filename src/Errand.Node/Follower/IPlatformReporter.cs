using Errand.Enclave;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Gets the report with which an executor shows what processor it has.</summary>
public interface IPlatformReporter
{
    /// <summary>Takes one, over H("errand/platform/v1", network, node, EK id).</summary>
    /// <param name="network">The network.</param>
    /// <param name="node">The executor.</param>
    /// <param name="ekId">Id of its machine's endorsement key.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="EnclaveAbortedException">There is none.</exception>
    Task<TakenReport> TakeAsync(NetworkId network, PublicKey node, Bytes32 ekId, CancellationToken cancellation);
}
