namespace Errand.Ledger;

/// <summary>When a block of an EVM chain counts as final.</summary>
/// <param name="Depth">So many blocks follow it; 0 where a block is final at once (QBFT, IBFT). Null: the chain itself says so (the tag <c>finalized</c>).</param>
public readonly record struct EvmFinality(ulong? Depth)
{
    /// <summary>The deepest that can be asked for.</summary>
    public const ulong DepthMax = 65_535;

    /// <summary>What the chain calls finalized.</summary>
    public static EvmFinality Finalized => default;

    /// <inheritdoc/>
    public override string ToString() => Depth is { } depth ? $"{depth} blocks deep" : "finalized";
}
