using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What the machine behind a Proof of Trust must be. The attestation library reads it; the fold does not.</summary>
public sealed record PlatformRule
{
    private const int ClassMax = 2;

    /// <summary>1 identity, a genuine TPM; 2 platform, a listed machine state as well.</summary>
    public required int Class { get; init; }

    /// <summary>Whether the event log must show that Secure Boot is on.</summary>
    public required bool RequireSecureBoot { get; init; }

    /// <summary>PCR indexes that a Proof of Trust must quote, rising.</summary>
    public required ImmutableArray<int> RequiredPcrs { get; init; }

    /// <summary>Listed machine states as canonical CBOR.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> References { get; init; }

    /// <summary>What machines' kernels may have measured.</summary>
    public ImaRule Ima { get; init; } = ImaRule.None;

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Map(Ima.IsNone ? 4 : 5).Key(0).UInt((ulong)Class).Key(1).Bool(RequireSecureBoot).Key(2).Array(RequiredPcrs.Length);
        foreach (int pcr in RequiredPcrs) writer.UInt((ulong)pcr);
        writer.Key(3).Array(References.Length);
        foreach (ReadOnlyMemory<byte> reference in References) writer.Bytes(reference.Span);
        if (!Ima.IsNone) Ima.WriteTo(writer.Key(4));
    }

    internal static PlatformRule Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        FieldError inner = FieldError.None;
        var rule = new PlatformRule
        {
            Class = fields.Int(0, ClassMax),
            RequireSecureBoot = fields.Bool(1),
            RequiredPcrs = [.. fields.Array<int>(2, ProtocolLimits.PcrCount, TryReadPcr)],
            References = [.. fields.Array<ReadOnlyMemory<byte>>(3, ProtocolLimits.GenesisItemsMax, TermsItems.TryReadTuple)],
            Ima = fields.Has(4) ? ImaRule.Read(fields.Item(4), out inner) : ImaRule.None,
        };
        fields.Fail(inner);
        // A class that compares the machine with a list needs one; a list that nobody reads would only look like protection.
        if (rule.Class == 0 || rule.Class == ClassMax == rule.References.IsEmpty || !rule.RequiredPcrs.Order().Distinct().SequenceEqual(rule.RequiredPcrs)) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return rule;
    }

    private static bool TryReadPcr(ReadOnlySpan<byte> item, out int value)
    {
        bool read = Items.UInt(item, out ulong index) && index < ProtocolLimits.PcrCount;
        value = read ? (int)index : 0;
        return read;
    }
}
