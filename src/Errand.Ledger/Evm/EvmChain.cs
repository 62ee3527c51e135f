namespace Errand.Ledger;

/// <summary>Which log on which chain: what a genesis names.</summary>
/// <param name="ChainId">The chain's number (EIP-155).</param>
/// <param name="Contract">Where the contract stands.</param>
/// <param name="DeployBlock">The block that made it: nothing before is looked at.</param>
/// <param name="Finality">When a block counts.</param>
public sealed record EvmChain(ulong ChainId, EvmAddress Contract, ulong DeployBlock, EvmFinality Finality);
