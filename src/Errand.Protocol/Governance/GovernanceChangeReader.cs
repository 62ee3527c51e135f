using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Reads changes from their canonical arrays [number, …].</summary>
internal static class GovernanceChangeReader
{
    public static bool TryRead(ReadOnlySpan<byte> item, out GovernanceChange value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(4, out int count) || count == 0 || !reader.TryReadUInt(out ulong number)) return false;
        GovernanceChange? read = (number, count) switch
        {
            (1, 3) => ReadTuple(ref reader, out TeeKind tee, out byte[] tuple) ? new GovernanceChange.AddReference(new ReferenceValue(tee, tuple)) : null,
            (2, 2) => TermsItems.TryReadKey(ref reader, out Bytes32 digest) ? new GovernanceChange.WithdrawReference(digest) : null,
            (3, 3) => ReadFloors(ref reader),
            (4, 4) => ReadRoot(ref reader),
            (5, 2) => TermsItems.TryReadKey(ref reader, out Bytes32 root) ? new GovernanceChange.RemoveRoot(root) : null,
            (6, 3) => TermsItems.TryReadKey(ref reader, out Bytes32 admitted) && reader.TryReadText(ProtocolLimits.TextSizeMax, out string name)
                ? new GovernanceChange.AdmitOperator(new PublicKey(admitted), name) : null,
            (7, 2) => TermsItems.TryReadKey(ref reader, out Bytes32 retired) ? new GovernanceChange.RetireOperator(new PublicKey(retired)) : null,
            (8, 2) => Read(ref reader, GovernanceKeys.Read) is { Keys.IsEmpty: false } keys ? new GovernanceChange.SetKeys(keys) : null,
            (9, 2) => TermsItems.TryReadTuple(ref reader, out byte[] denied) ? new GovernanceChange.DenyTpm(denied) : null,
            (10, 2) => TermsItems.TryReadTuple(ref reader, out byte[] allowed) ? new GovernanceChange.AllowTpm(allowed) : null,
            (11, 2) => Read(ref reader, GenesisTimes.Read) is { } times ? new GovernanceChange.SetTimes(times) : null,
            (12, 2) => Read(ref reader, CommitteeParameters.Read) is { } committee ? new GovernanceChange.SetCommittee(committee) : null,
            (13, 2) => Read(ref reader, AdmissionRule.Read) is { } admission ? new GovernanceChange.SetAdmission(admission) : null,
            (14, 2) => Read(ref reader, PlatformRule.Read) is { } platform ? new GovernanceChange.SetPlatform(platform) : null,
            (15, 2) => ReadRescue(ref reader),
            (16, 2) => ReadInt(ref reader) is { } version ? new GovernanceChange.Upgrade(version) : null,
            (17, 2) => ReadInt(ref reader) is { } entry ? new GovernanceChange.Cancel(entry) : null,
            _ => null,
        };
        value = read!;
        return read is not null && reader.AtEnd;
    }

    private static T? Read<T>(ref CanonicalReader reader, MapReader<T> readMap)
        where T : class
    {
        if (!reader.TryReadItem(CanonicalCbor.DepthMax, out ReadOnlySpan<byte> map)) return null;
        T value = readMap(map, out FieldError error);
        return error == FieldError.None ? value : null;
    }

    private static int? ReadInt(ref CanonicalReader reader) => reader.TryReadUInt(out ulong value) && value is > 0 and <= int.MaxValue ? (int)value : null;

    private static bool ReadTuple(ref CanonicalReader reader, out TeeKind kind, out byte[] tuple)
    {
        tuple = [];
        return ReadTee(ref reader, out kind) && TermsItems.TryReadTuple(ref reader, out tuple);
    }

    private static bool ReadTee(ref CanonicalReader reader, out TeeKind kind)
    {
        bool read = reader.TryReadUInt(out ulong number) && number is > 0 and <= (ulong)TeeKind.Max;
        kind = read ? (TeeKind)number : TeeKind.None;
        return read;
    }

    private static GovernanceChange.SetFloors? ReadFloors(ref CanonicalReader reader)
    {
        if (!ReadTee(ref reader, out TeeKind kind) || !reader.TryReadArrayHeader(ProtocolLimits.ListMax, out int count)) return null;
        var tuples = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            if (!TermsItems.TryReadTuple(ref reader, out byte[] tuple)) return null;
            tuples[i] = tuple;
        }
        return new GovernanceChange.SetFloors(kind, [.. tuples]);
    }

    private static GovernanceChange.AddRoot? ReadRoot(ref CanonicalReader reader) =>
        reader.TryReadUInt(out ulong rootClass) && rootClass is > 0 and <= byte.MaxValue && reader.TryReadBool(out bool development)
        && TermsItems.TryReadKey(ref reader, out Bytes32 digest)
            ? new GovernanceChange.AddRoot(new PinnedRoot((int)rootClass, development, digest))
            : null;

    private static GovernanceChange.Rescue? ReadRescue(ref CanonicalReader reader)
    {
        if (!reader.TryReadArrayHeader(ProtocolLimits.RescueNodesMax, out int count) || count == 0) return null;
        var nodes = new PublicKey[count];
        for (int i = 0; i < count; i++)
        {
            if (!TermsItems.TryReadKey(ref reader, out Bytes32 node)) return null;
            nodes[i] = new PublicKey(node);
        }
        return TermsItems.Rises([.. nodes], node => node.Value) ? new GovernanceChange.Rescue([.. nodes]) : null;
    }
}
