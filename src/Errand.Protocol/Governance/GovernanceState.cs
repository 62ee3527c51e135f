using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Where a network's governance stands.</summary>
public sealed class GovernanceState : StateRecord
{
    internal GovernanceState(GovernanceKeys keys)
        : base(RecordKind.Governance, default)
    {
        Keys = keys;
    }

    /// <summary>Number of the last Govern entry that applied; 0 for none.</summary>
    public int Number { get; internal set; }

    /// <summary>Who may change the terms now.</summary>
    public GovernanceKeys Keys { get; internal set; }

    /// <summary>Entries that wait for their epoch, in the order in which they will take effect.</summary>
    public IReadOnlyCollection<PendingChanges> Pending => PendingMap.Values;

    /// <summary>Digests of reference values that hold no longer, whatever terms that are still in use say.</summary>
    public IReadOnlySet<Bytes32> Withdrawn => WithdrawnSet;

    /// <summary>The epoch from which on no rescued verifier can be in a snapshot; 0 if none ever was.</summary>
    public long RescueUntilEpoch { get; internal set; }

    /// <summary>Number of the terms in force.</summary>
    public int Terms { get; internal set; }

    internal SortedDictionary<(long Epoch, int Number), PendingChanges> PendingMap { get; set; } = [];

    internal SortedSet<Bytes32> WithdrawnSet { get; set; } = [];

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Array(6).UInt((ulong)Number);
        Keys.WriteTo(writer);
        writer.Array(Pending.Count);
        foreach (PendingChanges changes in Pending) changes.WriteTo(writer);
        writer.Array(WithdrawnSet.Count);
        foreach (Bytes32 digest in WithdrawnSet) writer.Bytes(digest);
        writer.UInt((ulong)RescueUntilEpoch).UInt((ulong)Terms);
    }

    internal void ReadFrom(ref RecordReader reader)
    {
        reader.Array(6);
        Number = reader.Int();
        Keys = reader.Map<GovernanceKeys>(GovernanceKeys.Read);
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            PendingChanges changes = PendingChanges.ReadFrom(ref reader);
            if (!PendingMap.TryAdd((changes.Epoch, changes.Number), changes)) reader.Fail();
        }
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
            if (!WithdrawnSet.Add(reader.Bytes32())) reader.Fail();
        RescueUntilEpoch = reader.Long();
        Terms = reader.Int();
    }
}
