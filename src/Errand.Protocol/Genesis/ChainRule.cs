using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The EVM chain that orders a network's entries, and the log on it (docs/protocol.md section 2.7).</summary>
/// <param name="ChainId">The chain's number (EIP-155); not 0.</param>
/// <param name="Contract">The log's address, 20 bytes.</param>
/// <param name="DeployBlock">The block that made the contract; not 0.</param>
/// <param name="Depth">How many blocks follow a final one; null where the chain itself says what is finalized.</param>
public sealed record ChainRule(ulong ChainId, ReadOnlyMemory<byte> Contract, ulong DeployBlock, int? Depth)
{
    /// <summary>Length of an address in bytes.</summary>
    public const int AddressSizeBytes = 20;

    /// <summary>The deepest that finality can be asked for.</summary>
    public const int DepthMax = 65_535;

    private const ulong NumberMax = 1UL << 53;

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Map(Depth is null ? 3 : 4).Key(0).UInt(ChainId).Key(1).Bytes(Contract.Span).Key(2).UInt(DeployBlock);
        if (Depth is { } depth) writer.Key(3).UInt((ulong)depth);
    }

    internal static ChainRule Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        var rule = new ChainRule(fields.UInt(0, NumberMax), fields.Bytes(1, AddressSizeBytes, AddressSizeBytes).ToArray(), fields.UInt(2, NumberMax), fields.Has(3) ? fields.Int(3, DepthMax) : null);
        if (rule.ChainId == 0 || rule.DeployBlock == 0) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return rule;
    }
}
