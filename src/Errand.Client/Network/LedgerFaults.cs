using Errand.Ledger;

namespace Errand.Client;

/// <summary>Turns faults of a ledger into errors for people.</summary>
internal static class LedgerFaults
{
    internal static ClientException Translate(LedgerException fault) => fault.Fault switch
    {
        LedgerFault.Transport => new ClientException(ClientError.NetworkUnreachable, fault.Message, fault),
        LedgerFault.Damaged or LedgerFault.RolledBack or LedgerFault.Forked => new ClientException(ClientError.LedgerTampered, fault.Message, fault),
        _ => new ClientException(ClientError.LedgerRefused, fault.Message, fault),
    };
}
