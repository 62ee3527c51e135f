using System.Collections.Immutable;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a network is before its first entry (docs/protocol.md section 3). The SHA-256 of its exact bytes is the network id.</summary>
public sealed record Genesis
{
    private const int MembersMax = 4096;

    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The rules in force from the start.</summary>
    public required int RulesVersion { get; init; }

    /// <summary>True for a network of development roots: whatever it prints or signs says so.</summary>
    public required bool Development { get; init; }

    /// <summary>Network time of epoch 0, in milliseconds since 1970.</summary>
    public required long StartMilliseconds { get; init; }

    /// <summary>Windows and periods.</summary>
    public required GenesisTimes Times { get; init; }

    /// <summary>Committee parameters.</summary>
    public required CommitteeParameters Committee { get; init; }

    /// <summary>Known operators, rising by key.</summary>
    public required ImmutableArray<GenesisOperator> Operators { get; init; }

    /// <summary>Founding verifiers, rising by node key.</summary>
    public required ImmutableArray<FoundingVerifier> FoundingVerifiers { get; init; }

    /// <summary>Vendor roots.</summary>
    public required ImmutableArray<PinnedRoot> Roots { get; init; }

    /// <summary>What an enclave may be.</summary>
    public required ImmutableArray<ReferenceValue> ReferenceValues { get; init; }

    /// <summary>PCR indexes that a Proof of Trust must quote, rising.</summary>
    public required ImmutableArray<int> RequiredPcrs { get; init; }

    /// <summary>The key that signs the ledger's checkpoints.</summary>
    public required PublicKey LedgerKey { get; init; }

    /// <summary>The canonical document.</summary>
    public byte[] Encode()
    {
        CanonicalWriter writer = new CanonicalWriter().Map(12)
            .Key(0).Text(Name)
            .Key(1).UInt((ulong)RulesVersion)
            .Key(2).Bool(Development)
            .Key(3).UInt((ulong)StartMilliseconds);
        Times.WriteTo(writer.Key(4));
        Committee.WriteTo(writer.Key(5));
        writer.Key(6).Array(Operators.Length);
        foreach (GenesisOperator known in Operators) writer.Array(2).Bytes(known.Key.Value).Text(known.Name);
        writer.Key(7).Array(FoundingVerifiers.Length);
        foreach (FoundingVerifier founder in FoundingVerifiers) writer.Array(3).Bytes(founder.Node.Value).Bytes(founder.VrfKey.Value).Bytes(founder.Operator.Value);
        writer.Key(8).Array(Roots.Length);
        foreach (PinnedRoot root in Roots) writer.Array(2).UInt((ulong)root.Class).Bytes(root.PublicKeySha256);
        writer.Key(9).Array(ReferenceValues.Length);
        foreach (ReferenceValue reference in ReferenceValues) writer.Array(2).UInt((ulong)reference.Tee).Bytes(reference.Tuple.Span);
        writer.Key(10).Array(RequiredPcrs.Length);
        foreach (int pcr in RequiredPcrs) writer.UInt((ulong)pcr);
        return writer.Key(11).Bytes(LedgerKey.Value).ToArray();
    }

    /// <summary>SHA-256 of the document.</summary>
    public NetworkId NetworkId() => IdOf(Encode());

    /// <summary>SHA-256 of a document's exact bytes.</summary>
    public static NetworkId IdOf(ReadOnlySpan<byte> document) => new(new Bytes32(SHA256.HashData(document)));

    /// <summary>Reads and checks a document.</summary>
    public static GenesisError TryDecode(ReadOnlySpan<byte> document, out Genesis? genesis)
    {
        genesis = null;
        if (!CanonicalCbor.IsCanonical(document)) return GenesisError.Malformed;
        var fields = new FieldReader(document);
        var read = new Genesis
        {
            Name = fields.Text(0, ProtocolLimits.TextSizeMax),
            RulesVersion = fields.Int(1),
            Development = fields.Bool(2),
            StartMilliseconds = fields.Milliseconds(3),
            Times = GenesisTimes.Read(ref fields, 4),
            Committee = CommitteeParameters.Read(ref fields, 5),
            Operators = [.. fields.Array<GenesisOperator>(6, MembersMax, TryReadOperator)],
            FoundingVerifiers = [.. fields.Array<FoundingVerifier>(7, MembersMax, TryReadFounder)],
            Roots = [.. fields.Array<PinnedRoot>(8, MembersMax, TryReadRoot)],
            ReferenceValues = [.. fields.Array<ReferenceValue>(9, MembersMax, TryReadReference)],
            RequiredPcrs = [.. fields.Array<ulong>(10, 24, Items.UInt).Select(pcr => (int)Math.Min(pcr, int.MaxValue))],
            LedgerKey = new PublicKey(fields.Bytes32(11)),
        };
        if (fields.Close() != FieldError.None) return GenesisError.Malformed;
        GenesisError error = read.Check();
        if (error == GenesisError.None) genesis = read;
        return error;
    }

    private GenesisError Check()
    {
        if (RulesVersion > ProtocolLimits.RulesVersion) return GenesisError.UpgradeNeeded;
        if (RulesVersion == 0 || !Rises(Operators, known => known.Key.Value) || !Rises(FoundingVerifiers, founder => founder.Node.Value)) return GenesisError.Malformed;
        if (!RequiredPcrs.All(pcr => pcr < 24) || !RequiredPcrs.Order().Distinct().SequenceEqual(RequiredPcrs)) return GenesisError.Malformed;
        if (!Development && Roots.Any(root => root.Class is RootClass.DevelopmentTee or RootClass.DevelopmentTpm)) return GenesisError.DevelopmentRoot;
        var operators = Operators.Select(known => known.Key).ToHashSet();
        bool founders = FoundingVerifiers.All(founder => operators.Contains(founder.Operator))
            && FoundingVerifiers.Select(founder => founder.Operator).Distinct().Count() == FoundingVerifiers.Length
            && FoundingVerifiers.Select(founder => founder.VrfKey).Distinct().Count() == FoundingVerifiers.Length
            && FoundingVerifiers.Length >= Committee.VerifiersMin
            && FoundingVerifiers.All(founder => Cryptography.Vrf.IsValidKey(founder.VrfKey));
        return founders ? GenesisError.None : GenesisError.Founders;
    }

    private static bool Rises<T>(ImmutableArray<T> items, Func<T, Bytes32> key) =>
        items.Zip(items.Skip(1), (first, second) => key(first) < key(second)).All(rises => rises);

    private static bool TryReadOperator(ReadOnlySpan<byte> item, out GenesisOperator value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !TryReadKey(ref reader, out Bytes32 key)
            || !reader.TryReadText(ProtocolLimits.TextSizeMax, out string name)) return false;
        value = new GenesisOperator(new PublicKey(key), name);
        return true;
    }

    private static bool TryReadFounder(ReadOnlySpan<byte> item, out FoundingVerifier value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(3, out int count) || count != 3 || !TryReadKey(ref reader, out Bytes32 node)
            || !TryReadKey(ref reader, out Bytes32 vrf) || !TryReadKey(ref reader, out Bytes32 by)) return false;
        value = new FoundingVerifier(new PublicKey(node), new VrfPublicKey(vrf), new PublicKey(by));
        return true;
    }

    private static bool TryReadRoot(ReadOnlySpan<byte> item, out PinnedRoot value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !reader.TryReadUInt(out ulong rootClass) || rootClass > 255
            || !Enum.IsDefined((RootClass)rootClass) || rootClass == 0 || !TryReadKey(ref reader, out Bytes32 digest)) return false;
        value = new PinnedRoot((RootClass)rootClass, digest);
        return true;
    }

    private static bool TryReadReference(ReadOnlySpan<byte> item, out ReferenceValue value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !reader.TryReadUInt(out ulong tee) || tee is 0 or > (ulong)TeeKind.Max
            || !reader.TryReadBytes(ProtocolLimits.ReportSizeMax, out ReadOnlySpan<byte> tuple)) return false;
        value = new ReferenceValue((TeeKind)tee, tuple.ToArray());
        return true;
    }

    private static bool TryReadKey(ref CanonicalReader reader, out Bytes32 key)
    {
        key = default;
        return reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> bytes) && Bytes32.TryRead(bytes, out key);
    }
}
