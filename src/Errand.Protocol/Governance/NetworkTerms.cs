using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>
/// What genesis lays down and governance may change, as it holds from some epoch on. Immutable: a task or a Proof of Trust keeps the
/// terms of the epoch in which it was opened, so that nothing is changed under it (docs/protocol.md section 6.14).
/// </summary>
public sealed record NetworkTerms
{
    /// <summary>Counts the terms of a network from 0, those of its genesis.</summary>
    public required int Number { get; init; }

    /// <summary>The rules in force.</summary>
    public required int RulesVersion { get; init; }

    /// <summary>Windows and periods; the length of an epoch never changes.</summary>
    public required GenesisTimes Times { get; init; }

    /// <summary>How committees are drawn.</summary>
    public required CommitteeParameters Committee { get; init; }

    /// <summary>Who may stand behind nodes.</summary>
    public required AdmissionRule Admission { get; init; }

    /// <summary>What the machine behind a Proof of Trust must be.</summary>
    public required PlatformRule Platform { get; init; }

    /// <summary>Roots that evidence may end at.</summary>
    public required ImmutableArray<PinnedRoot> Roots { get; init; }

    /// <summary>What an enclave may be.</summary>
    public required ImmutableArray<ReferenceValue> ReferenceValues { get; init; }

    /// <summary>Below what firmware no evidence is accepted.</summary>
    public required ImmutableArray<FirmwareFloor> Floors { get; init; }

    /// <summary>TPMs that are not taken.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> DeniedTpms { get; init; }

    /// <summary>The terms with which a network begins.</summary>
    public static NetworkTerms Of(Genesis genesis)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        return new NetworkTerms
        {
            Number = 0,
            RulesVersion = genesis.RulesVersion,
            Times = genesis.Times,
            Committee = genesis.Committee,
            Admission = genesis.Admission,
            Platform = genesis.Platform,
            Roots = genesis.Roots,
            ReferenceValues = genesis.ReferenceValues,
            Floors = genesis.Floors,
            DeniedTpms = genesis.DeniedTpms,
        };
    }

    /// <summary>True when a reference value is one of these terms.</summary>
    internal bool Has(Bytes32 reference) => ReferenceValues.Any(value => value.Digest == reference);

    /// <summary>The terms but for reference values that were withdrawn.</summary>
    public NetworkTerms Without(IReadOnlySet<Bytes32> withdrawn)
    {
        ArgumentNullException.ThrowIfNull(withdrawn);
        return withdrawn.Count == 0 || !ReferenceValues.Any(value => withdrawn.Contains(value.Digest)) ? this : this with { ReferenceValues = [.. ReferenceValues.Where(value => !withdrawn.Contains(value.Digest))] };
    }

    /// <summary>Canonical CBOR of the terms, as in their record (docs/protocol/state.md section 9.1).</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>Reads terms; null for anything else.</summary>
    public static NetworkTerms? TryDecode(ReadOnlySpan<byte> encoded)
    {
        var reader = new RecordReader(encoded);
        NetworkTerms terms = ReadFrom(ref reader);
        return reader.IsComplete ? terms : null;
    }

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Array(10).UInt((ulong)Number).UInt((ulong)RulesVersion);
        Times.WriteTo(writer);
        Committee.WriteTo(writer);
        Admission.WriteTo(writer);
        Platform.WriteTo(writer);
        TermsItems.Write(writer, Roots);
        TermsItems.Write(writer, ReferenceValues);
        TermsItems.Write(writer, Floors);
        TermsItems.Write(writer, DeniedTpms);
    }

    internal static NetworkTerms ReadFrom(ref RecordReader reader)
    {
        reader.Array(10);
        return new NetworkTerms
        {
            Number = reader.Int(),
            RulesVersion = reader.Int(),
            Times = reader.Map<GenesisTimes>(GenesisTimes.Read),
            Committee = reader.Map<CommitteeParameters>(CommitteeParameters.Read),
            Admission = reader.Map<AdmissionRule>(AdmissionRule.Read),
            Platform = reader.Map<PlatformRule>(PlatformRule.Read),
            Roots = reader.List<PinnedRoot>(ProtocolLimits.GenesisItemsMax, TermsItems.TryReadRoot),
            ReferenceValues = reader.List<ReferenceValue>(ProtocolLimits.GenesisItemsMax, TermsItems.TryReadReference),
            Floors = reader.List<FirmwareFloor>(ProtocolLimits.GenesisItemsMax, TermsItems.TryReadFloor),
            DeniedTpms = reader.List<ReadOnlyMemory<byte>>(ProtocolLimits.GenesisItemsMax, TermsItems.TryReadTuple),
        };
    }
}
