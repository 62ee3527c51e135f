namespace Errand.Ledger;

/// <summary>Signs transactions for one account.</summary>
public interface IEvmSigner
{
    /// <summary>The account.</summary>
    EvmAddress Address { get; }

    /// <summary>Signs what is to be sent; the answer is the whole signed transaction.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: the signer cannot be reached; <see cref="LedgerFault.NotAdmitted"/>: it does not sign this.</exception>
    internal ValueTask<byte[]> SignAsync(FeeTransaction transaction, CancellationToken cancellation);
}
