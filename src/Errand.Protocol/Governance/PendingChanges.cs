using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a Govern entry will change when its epoch opens.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Number">The entry's number.</param>
/// <param name="Changes">Its changes, but for those that took effect at once.</param>
public sealed record PendingChanges(long Epoch, int Number, ImmutableArray<GovernanceChange> Changes)
{
    /// <summary>The terms after these changes; null when one of them cannot be made.</summary>
    internal NetworkTerms? ApplyTo(NetworkTerms? terms, bool development)
    {
        foreach (GovernanceChange change in Changes)
        {
            if (terms is null) return null;
            terms = change.ChangeTerms(terms, development);
        }
        return terms;
    }

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Array(3).UInt((ulong)Epoch).UInt((ulong)Number);
        GovernEntry.WriteChanges(writer, Changes);
    }

    internal static PendingChanges ReadFrom(ref RecordReader reader)
    {
        reader.Array(3);
        return new PendingChanges(reader.Long(), reader.Int(), reader.List<GovernanceChange>(ProtocolLimits.GovernanceChangesMax, GovernanceChangeReader.TryRead));
    }
}
