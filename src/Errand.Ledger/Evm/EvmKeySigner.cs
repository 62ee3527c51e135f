namespace Errand.Ledger;

/// <summary>Signs with a key in this process. Whoever made the key disposes it.</summary>
public sealed class EvmKeySigner(EvmKey key) : IEvmSigner
{
    /// <inheritdoc/>
    public EvmAddress Address => key.Address;

    ValueTask<byte[]> IEvmSigner.SignAsync(FeeTransaction transaction, CancellationToken cancellation) => new(transaction.Sign(key));
}
