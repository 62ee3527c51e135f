using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>A genesis's chain as what reads it wants it.</summary>
public static class GenesisChain
{
    /// <summary>The chain; null where the genesis names none.</summary>
    public static EvmChain? EvmChain(this Genesis genesis)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        return genesis.Chain is { } rule ? new EvmChain(rule.ChainId, new EvmAddress(rule.Contract.Span), rule.DeployBlock, new EvmFinality((ulong?)rule.Depth)) : null;
    }

    /// <summary>What a genesis says of a chain.</summary>
    public static ChainRule ToRule(this EvmChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return new ChainRule(chain.ChainId, chain.Contract.ToArray(), chain.DeployBlock, (int?)chain.Finality.Depth);
    }
}
