using Errand.Enclave;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Has a confidential machine, of the very kind that tasks get, take the report on its platform. The machine is for that alone.</summary>
/// <param name="launcher">Makes the machines.</param>
public sealed class MachineReporter(IEnclaveLauncher launcher) : IPlatformReporter
{
    /// <inheritdoc/>
    public async Task<TakenReport> TakeAsync(NetworkId network, PublicKey node, Bytes32 ekId, CancellationToken cancellation)
    {
        EnclaveAnswer<IEnclaveSession> launched = await launcher.LaunchAsync(cancellation).ConfigureAwait(false);
        IEnclaveSession session = launched.Value ?? throw new EnclaveAbortedException(launched.Reason);
        await using (session.ConfigureAwait(false))
        {
            EnclaveAnswer<TakenReport> taken = await session.ReportPlatformAsync(new EnclaveMessage.PlatformStart(network, node, ekId), cancellation).ConfigureAwait(false);
            return taken.Value ?? throw new EnclaveAbortedException(taken.Reason);
        }
    }
}
