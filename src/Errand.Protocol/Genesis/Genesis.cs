using System.Collections.Immutable;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a network is before its first entry (docs/protocol.md section 3). The SHA-256 of its exact bytes is the network id.</summary>
public sealed record Genesis
{
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

    /// <summary>Below what firmware no evidence is accepted.</summary>
    public required ImmutableArray<FirmwareFloor> Floors { get; init; }

    /// <summary>What the machine behind a Proof of Trust must be.</summary>
    public required PlatformRule Platform { get; init; }

    /// <summary>The key that signs the ledger's checkpoints.</summary>
    public required PublicKey LedgerKey { get; init; }

    /// <summary>Who may change the terms.</summary>
    public required GovernanceKeys Governance { get; init; }

    /// <summary>Who may stand behind nodes.</summary>
    public required AdmissionRule Admission { get; init; }

    /// <summary>TPMs that are not taken, as canonical CBOR.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> DeniedTpms { get; init; }

    /// <summary>Who cosigns the ledger's checkpoints.</summary>
    public WitnessRule Witnesses { get; init; } = WitnessRule.None;

    /// <summary>The EVM chain that orders entries; null where the ledger's own key does.</summary>
    public ChainRule? Chain { get; init; }

    /// <summary>The canonical document.</summary>
    public byte[] Encode()
    {
        bool witnessed = !Witnesses.Witnesses.IsEmpty;
        CanonicalWriter writer = new CanonicalWriter().Map(16 + (witnessed ? 1 : 0) + (Chain is null ? 0 : 1))
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
        TermsItems.Write(writer.Key(8), Roots);
        TermsItems.Write(writer.Key(9), ReferenceValues);
        TermsItems.Write(writer.Key(10), Floors);
        Platform.WriteTo(writer.Key(11));
        writer.Key(12).Bytes(LedgerKey.Value);
        Governance.WriteTo(writer.Key(13));
        Admission.WriteTo(writer.Key(14));
        TermsItems.Write(writer.Key(15), DeniedTpms);
        if (witnessed) Witnesses.WriteTo(writer.Key(16));
        Chain?.WriteTo(writer.Key(17));
        return writer.ToArray();
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
        const int ItemsMax = ProtocolLimits.GenesisItemsMax;
        FieldError witnesses = FieldError.None, chain = FieldError.None;
        var read = new Genesis
        {
            Name = fields.Text(0, ProtocolLimits.TextSizeMax),
            RulesVersion = fields.Int(1),
            Development = fields.Bool(2),
            StartMilliseconds = fields.Milliseconds(3),
            Times = GenesisTimes.Read(ref fields, 4),
            Committee = CommitteeParameters.Read(ref fields, 5),
            Operators = [.. fields.Array<GenesisOperator>(6, ItemsMax, TryReadOperator)],
            FoundingVerifiers = [.. fields.Array<FoundingVerifier>(7, ItemsMax, TryReadFounder)],
            Roots = [.. fields.Array<PinnedRoot>(8, ItemsMax, TermsItems.TryReadRoot)],
            ReferenceValues = [.. fields.Array<ReferenceValue>(9, ItemsMax, TermsItems.TryReadReference)],
            Floors = [.. fields.Array<FirmwareFloor>(10, ItemsMax, TermsItems.TryReadFloor)],
            Platform = PlatformRule.Read(fields.Item(11), out FieldError platform),
            LedgerKey = new PublicKey(fields.Bytes32(12)),
            Governance = GovernanceKeys.Read(fields.Item(13), out FieldError governance),
            Admission = AdmissionRule.Read(fields.Item(14), out FieldError admission),
            DeniedTpms = [.. fields.Array<ReadOnlyMemory<byte>>(15, ItemsMax, TermsItems.TryReadTuple)],
            Witnesses = fields.Has(16) ? WitnessRule.Read(fields.Item(16), out witnesses) : WitnessRule.None,
            Chain = fields.Has(17) ? ChainRule.Read(fields.Item(17), out chain) : null,
        };
        if (witnesses != FieldError.None || chain != FieldError.None || platform != FieldError.None || governance != FieldError.None || admission != FieldError.None) return GenesisError.Malformed;
        if (fields.Close() != FieldError.None) return GenesisError.Malformed;
        GenesisError error = read.Check();
        if (error == GenesisError.None) genesis = read;
        return error;
    }

    private GenesisError Check()
    {
        if (RulesVersion > ProtocolLimits.RulesVersion) return GenesisError.UpgradeNeeded;
        if (RulesVersion == 0 || !TermsItems.Rises(Operators, known => known.Key.Value) || !TermsItems.Rises(FoundingVerifiers, founder => founder.Node.Value)) return GenesisError.Malformed;
        if (!Development && (Roots.Any(root => root.Development) || ReferenceValues.Any(value => value.IsDevelopment))) return GenesisError.DevelopmentRoot;
        var operators = Operators.Select(known => known.Key).ToHashSet();
        bool founders = FoundingVerifiers.All(founder => operators.Contains(founder.Operator))
            && FoundingVerifiers.Select(founder => founder.Operator).Distinct().Count() == FoundingVerifiers.Length
            && FoundingVerifiers.Select(founder => founder.VrfKey).Distinct().Count() == FoundingVerifiers.Length
            && FoundingVerifiers.Length >= Committee.VerifiersMin
            && FoundingVerifiers.All(founder => Cryptography.Vrf.IsValidKey(founder.VrfKey));
        if (!founders) return GenesisError.Founders;
        bool witnesses = Witnesses.Witnesses.IsEmpty || (Witnesses.IsSafe && Witnesses.Witnesses.All(witness => FoundingVerifiers.Any(founder => founder.Node == witness)));
        if (!witnesses) return GenesisError.Witnesses;
        return Chain is null || Witnesses.Witnesses.IsEmpty ? GenesisError.None : GenesisError.TwoLedgers;
    }

    private static bool TryReadOperator(ReadOnlySpan<byte> item, out GenesisOperator value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !TermsItems.TryReadKey(ref reader, out Bytes32 key)
            || !reader.TryReadText(ProtocolLimits.TextSizeMax, out string name)) return false;
        value = new GenesisOperator(new PublicKey(key), name);
        return true;
    }

    private static bool TryReadFounder(ReadOnlySpan<byte> item, out FoundingVerifier value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(3, out int count) || count != 3 || !TermsItems.TryReadKey(ref reader, out Bytes32 node)
            || !TermsItems.TryReadKey(ref reader, out Bytes32 vrf) || !TermsItems.TryReadKey(ref reader, out Bytes32 by)) return false;
        value = new FoundingVerifier(new PublicKey(node), new VrfPublicKey(vrf), new PublicKey(by));
        return true;
    }
}
