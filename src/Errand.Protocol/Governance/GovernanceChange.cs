using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>One change that governance makes (docs/protocol.md section 6.14). A closed hierarchy; numbers are on the wire and never reused.</summary>
public abstract record GovernanceChange
{
    private GovernanceChange()
    {
    }

    /// <summary>True for a change that takes effect with its entry rather than at the epoch that the entry names.</summary>
    internal virtual bool AtOnce => false;

    /// <summary>Writes [number, …].</summary>
    internal abstract void WriteTo(CanonicalWriter writer);

    /// <summary>The terms after this change; null when it cannot be made to these.</summary>
    internal virtual NetworkTerms? ChangeTerms(NetworkTerms terms, bool development) => terms;

    /// <summary>A reference value holds for tasks submitted from the epoch on.</summary>
    public sealed record AddReference(ReferenceValue Value) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(3).UInt(1).UInt((ulong)Value.Tee).Bytes(Value.Tuple.Span);

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development) =>
            (Value.IsDevelopment && !development) || terms.Has(Value.Digest) || IsFull(terms.ReferenceValues) ? null : terms with { ReferenceValues = terms.ReferenceValues.Add(Value) };
    }

    /// <summary>A reference value holds no longer: at once, for open tasks too.</summary>
    public sealed record WithdrawReference(Bytes32 Digest) : GovernanceChange
    {
        internal override bool AtOnce => true;

        internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt(2).Bytes(Digest);
    }

    /// <summary>All firmware floors of one kind of TEE, in place of those before.</summary>
    public sealed record SetFloors(TeeKind Tee, ImmutableArray<ReadOnlyMemory<byte>> Tuples) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => TermsItems.Write(writer.Array(3).UInt(3).UInt((ulong)Tee), Tuples);

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development)
        {
            ImmutableArray<FirmwareFloor> floors = [.. terms.Floors.Where(floor => floor.Tee != Tee), .. Tuples.Select(tuple => new FirmwareFloor(Tee, tuple))];
            return floors.Length > ProtocolLimits.GenesisItemsMax ? null : terms with { Floors = floors };
        }
    }

    /// <summary>A root that evidence may end at.</summary>
    public sealed record AddRoot(PinnedRoot Root) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(4).UInt(4).UInt((ulong)Root.Class).Bool(Root.Development).Bytes(Root.PublicKeySha256);

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development) =>
            (Root.Development && !development) || terms.Roots.Contains(Root) || IsFull(terms.Roots) ? null : terms with { Roots = terms.Roots.Add(Root) };
    }

    /// <summary>A root that evidence may no longer end at.</summary>
    public sealed record RemoveRoot(Bytes32 PublicKeySha256) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt(5).Bytes(PublicKeySha256);

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development)
        {
            ImmutableArray<PinnedRoot> left = terms.Roots.RemoveAll(root => root.PublicKeySha256 == PublicKeySha256);
            return left.Length == terms.Roots.Length ? null : terms with { Roots = left };
        }
    }

    /// <summary>An operator is listed: it may have nodes and sponsor others.</summary>
    public sealed record AdmitOperator(PublicKey Key, string Name) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(3).UInt(6).Bytes(Key.Value).Text(Name);
    }

    /// <summary>An operator leaves with all its nodes.</summary>
    public sealed record RetireOperator(PublicKey Key) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt(7).Bytes(Key.Value);
    }

    /// <summary>Other governance keys or another threshold.</summary>
    public sealed record SetKeys(GovernanceKeys Keys) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => Keys.WriteTo(writer.Array(2).UInt(8));
    }

    /// <summary>A kind of TPM is no longer taken.</summary>
    public sealed record DenyTpm(ReadOnlyMemory<byte> Tuple) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt(9).Bytes(Tuple.Span);

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development) =>
            terms.DeniedTpms.Any(denied => denied.Span.SequenceEqual(Tuple.Span)) || IsFull(terms.DeniedTpms) ? null : terms with { DeniedTpms = terms.DeniedTpms.Add(Tuple) };
    }

    /// <summary>A kind of TPM is taken again.</summary>
    public sealed record AllowTpm(ReadOnlyMemory<byte> Tuple) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt(10).Bytes(Tuple.Span);

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development)
        {
            ImmutableArray<ReadOnlyMemory<byte>> left = terms.DeniedTpms.RemoveAll(denied => denied.Span.SequenceEqual(Tuple.Span));
            return left.Length == terms.DeniedTpms.Length ? null : terms with { DeniedTpms = left };
        }
    }

    /// <summary>Other windows and periods; the length of an epoch and the founding time stay.</summary>
    public sealed record SetTimes(GenesisTimes Times) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => Times.WriteTo(writer.Array(2).UInt(11));

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development) =>
            Times.EpochMilliseconds == terms.Times.EpochMilliseconds && Times.FoundingEpochs == terms.Times.FoundingEpochs ? terms with { Times = Times } : null;
    }

    /// <summary>Other committee parameters.</summary>
    public sealed record SetCommittee(CommitteeParameters Committee) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => Committee.WriteTo(writer.Array(2).UInt(12));

        internal override NetworkTerms ChangeTerms(NetworkTerms terms, bool development) => terms with { Committee = Committee };
    }

    /// <summary>Another admission rule.</summary>
    public sealed record SetAdmission(AdmissionRule Admission) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => Admission.WriteTo(writer.Array(2).UInt(13));

        internal override NetworkTerms ChangeTerms(NetworkTerms terms, bool development) => terms with { Admission = Admission };
    }

    /// <summary>Another platform rule; the PCRs stay, since what has qualified was quoted over them.</summary>
    public sealed record SetPlatform(PlatformRule Platform) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => Platform.WriteTo(writer.Array(2).UInt(14));

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development) =>
            Platform.RequiredPcrs.SequenceEqual(terms.Platform.RequiredPcrs) ? terms with { Platform = Platform } : null;
    }

    /// <summary>Verifiers that were qualified once are so again for one period, if the network is below its minimum at the epoch.</summary>
    public sealed record Rescue(ImmutableArray<PublicKey> Nodes) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer)
        {
            writer.Array(2).UInt(15).Array(Nodes.Length);
            foreach (PublicKey node in Nodes) writer.Bytes(node.Value);
        }
    }

    /// <summary>A later rules version is in force from the epoch on.</summary>
    public sealed record Upgrade(int RulesVersion) : GovernanceChange
    {
        internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt(16).UInt((ulong)RulesVersion);

        internal override NetworkTerms? ChangeTerms(NetworkTerms terms, bool development) =>
            RulesVersion > terms.RulesVersion ? terms with { RulesVersion = RulesVersion } : null;
    }

    /// <summary>An entry that waits for its epoch is dropped, at once.</summary>
    public sealed record Cancel(int EntryNumber) : GovernanceChange
    {
        internal override bool AtOnce => true;

        internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt(17).UInt((ulong)EntryNumber);
    }

    private static bool IsFull<T>(ImmutableArray<T> items) => items.Length >= ProtocolLimits.GenesisItemsMax;
}
