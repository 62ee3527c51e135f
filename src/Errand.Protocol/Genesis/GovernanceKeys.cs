using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Who may change a network's terms: any <paramref name="Threshold"/> of <paramref name="Keys"/> together.</summary>
/// <param name="Keys">Rising strictly; empty in a network that nobody can change.</param>
/// <param name="Threshold">From 1; 0 iff there are no keys.</param>
public sealed record GovernanceKeys(ImmutableArray<PublicKey> Keys, int Threshold)
{
    /// <summary>Nobody: the network stays as its genesis made it.</summary>
    public static GovernanceKeys None { get; } = new([], 0);

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Map(2).Key(0).Array(Keys.Length);
        foreach (PublicKey key in Keys) writer.Bytes(key.Value);
        writer.Key(1).UInt((ulong)Threshold);
    }

    internal static GovernanceKeys Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        var read = new GovernanceKeys(
            [.. fields.Array<Bytes32>(0, ProtocolLimits.ListMax, Items.Bytes32).Select(key => new PublicKey(key))], fields.Int(1, ProtocolLimits.ListMax));
        if (read.Threshold > read.Keys.Length || read.Threshold == 0 != read.Keys.IsEmpty || !TermsItems.Rises(read.Keys, key => key.Value)) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return read;
    }
}
