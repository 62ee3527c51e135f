using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A committee member's finding on a case: a node's Proof of Trust, a task's evidence, or an accusation.</summary>
public sealed record VerdictEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Verdict;

    /// <summary>What is judged.</summary>
    public required CommitteeRole Role { get; init; }

    /// <summary>The case: a PoT case id, a task id, or the id of a Fault entry.</summary>
    public required Bytes32 CaseId { get; init; }

    /// <summary>The attempt, from 1; 1 unless it is about a task.</summary>
    public required int Attempt { get; init; }

    /// <summary>The round, from 1.</summary>
    public required int Round { get; init; }

    /// <summary>80 bytes: VRF proof over the committee's lottery input.</summary>
    public required ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>Digest of the evidence that was appraised; of an accusation, its claim.</summary>
    public required Bytes32 EvidenceDigest { get; init; }

    /// <summary>The state root after the evidence entry, as this verifier computed it.</summary>
    public required StateRoot Root { get; init; }

    /// <summary>True for accept; of an accusation, when it is upheld.</summary>
    public required bool Accept { get; init; }

    /// <summary>Numbers of the attestation library's reason codes, or of <see cref="FaultDismissal"/>; empty for accept.</summary>
    public required ImmutableArray<ulong> Reasons { get; init; }

    /// <summary>H("errand/appraisal/v1", operator, VRF output, canonical claims).</summary>
    public required Bytes32 AppraisalDigest { get; init; }

    /// <summary>The body as canonical CBOR.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; null for anything else.</summary>
    public static VerdictEntry? TryDecode(ReadOnlySpan<byte> body) =>
        CanonicalCbor.IsCanonical(body) && TryDecode(EntryKind.Verdict, body, out EntryBody? decoded) == RefusalReason.None ? (VerdictEntry)decoded! : null;

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(10)
            .Key(0).UInt((ulong)Role)
            .Key(1).Bytes(CaseId)
            .Key(2).UInt((ulong)Attempt)
            .Key(3).UInt((ulong)Round)
            .Key(4).Bytes(Proof.Span)
            .Key(5).Bytes(EvidenceDigest)
            .Key(6).Bytes(Root.Value)
            .Key(7).Bool(Accept)
            .Key(8).Array(Reasons.Length);
        foreach (ulong reason in Reasons) writer.UInt(reason);
        writer.Key(9).Bytes(AppraisalDigest);
    }

    internal static VerdictEntry Read(ref FieldReader fields)
    {
        var entry = new VerdictEntry
        {
            Role = (CommitteeRole)fields.Int(0, (int)CommitteeRole.Fault),
            CaseId = fields.Bytes32(1),
            Attempt = fields.Int(2),
            Round = fields.Int(3),
            Proof = fields.Bytes(4, ProtocolSizes.VrfProof, ProtocolSizes.VrfProof).ToArray(),
            EvidenceDigest = fields.Bytes32(5),
            Root = new StateRoot(fields.Bytes32(6)),
            Accept = fields.Bool(7),
            Reasons = [.. fields.Array<ulong>(8, ProtocolLimits.VerdictReasonsMax, Items.UInt)],
            AppraisalDigest = fields.Bytes32(9),
        };
        if (entry.Role is CommitteeRole.None or CommitteeRole.Claim || entry.Accept != entry.Reasons.IsEmpty) fields.Fail(FieldError.Malformed);
        return entry;
    }

    /// <summary>H("errand/appraisal/v1", operator, VRF output, canonical claims): cannot be made without the claims nor copied unseen.</summary>
    public static Bytes32 AppraisalDigestOf(PublicKey operatorKey, ReadOnlySpan<byte> beta, ReadOnlySpan<byte> canonicalClaims) =>
        new TaggedHash(Tags.Appraisal).Add(operatorKey.Value).Add(beta).Add(canonicalClaims).ToDigest();
}
