using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Who cosigns the ledger's checkpoints, and how many of them make its entries final.</summary>
/// <param name="Witnesses">Nodes of founding verifiers, rising by key; empty when whoever runs the ledger is trusted with its order.</param>
/// <param name="Quorum">How many must have cosigned; 0 iff there are no witnesses.</param>
public sealed record WitnessRule(ImmutableArray<PublicKey> Witnesses, int Quorum)
{
    /// <summary>The most witnesses of one ledger.</summary>
    public const int WitnessesMax = 63;

    /// <summary>Nobody but the ledger's key signs: for development, or where one company runs everything.</summary>
    public static WitnessRule None { get; } = new([], 0);

    /// <summary>All of some witnesses with the smallest quorum that is safe: 2f + 1 of 3f + 1.</summary>
    public static WitnessRule Of(IEnumerable<PublicKey> witnesses)
    {
        ImmutableArray<PublicKey> all = [.. witnesses.Order()];
        return all.IsEmpty ? None : new WitnessRule(all, (all.Length + (all.Length - 1) / 3) / 2 + 1);
    }

    /// <summary>True when any two quorums have more witnesses in common than the third that may lie.</summary>
    internal bool IsSafe => Quorum <= Witnesses.Length && 2 * Quorum > Witnesses.Length + (Witnesses.Length - 1) / 3;

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Map(2).Key(0).Array(Witnesses.Length);
        foreach (PublicKey witness in Witnesses) writer.Bytes(witness.Value);
        writer.Key(1).UInt((ulong)Quorum);
    }

    internal static WitnessRule Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        var rule = new WitnessRule([.. fields.Array<Bytes32>(0, WitnessesMax, Items.Bytes32).Select(key => new PublicKey(key))], fields.Int(1, WitnessesMax));
        // No witnesses are named by leaving the field out: one form for each meaning.
        if (rule.Witnesses.IsEmpty || !TermsItems.Rises(rule.Witnesses, witness => witness.Value)) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return rule;
    }
}
