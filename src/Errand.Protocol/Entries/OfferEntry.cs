using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A node offers its Proof of Trust: evidence of its platform and, for executors, of its TEE.</summary>
public sealed record OfferEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Offer;

    /// <summary>Counts the node's offers from 1; with the node it makes the case id.</summary>
    public required int Number { get; init; }

    /// <summary>SHA-256-sized id of the endorsement key: H("errand/ek/v1", network, EK public area).</summary>
    public required Bytes32 EkId { get; init; }

    /// <summary>Chip id of an executor's CPU as a digest of what the TEE reports; null for a verifier.</summary>
    public required Bytes32? ChipId { get; init; }

    /// <summary>Platform evidence as the attestation library encodes it.</summary>
    public required ReadOnlyMemory<byte> Platform { get; init; }

    /// <summary>TEE report over H("errand/platform/v1", network, node, EK id); empty for a verifier.</summary>
    public required ReadOnlyMemory<byte> TeeReport { get; init; }

    /// <summary>Certificates that go with the report; empty for a verifier.</summary>
    public required ReadOnlyMemory<byte> TeeEndorsements { get; init; }

    /// <summary>Digest over all evidence of the offer; what verdicts name.</summary>
    public Bytes32 EvidenceDigest => new TaggedHash(Tags.ProofOfTrustEvidence) // R-6.1.4.16
        .Add(Platform.Span).Add(TeeReport.Span).Add(TeeEndorsements.Span).ToDigest();

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(ChipId is null ? 3 : 6).Key(0).UInt((ulong)Number).Key(1).Bytes(EkId).Key(2).Bytes(Platform.Span);
        if (ChipId is not { } chip) return;
        writer.Key(3).Bytes(chip).Key(4).Bytes(TeeReport.Span).Key(5).Bytes(TeeEndorsements.Span);
    }

    internal static OfferEntry Read(ref FieldReader fields)
    {
        int number = fields.Int(0);
        Bytes32 ek = fields.Bytes32(1);
        byte[] platform = fields.Bytes(2, 1, ProtocolLimits.PlatformEvidenceSizeMax).ToArray();
        bool withTee = fields.Has(3);
        return new OfferEntry
        {
            Number = number,
            EkId = ek,
            Platform = platform,
            ChipId = withTee ? fields.Bytes32(3) : null,
            TeeReport = withTee ? fields.Bytes(4, 1, ProtocolLimits.ReportSizeMax).ToArray() : default,
            TeeEndorsements = withTee ? fields.Bytes(5, 0, ProtocolLimits.EndorsementsSizeMax).ToArray() : default,
        };
    }

    /// <summary>H("errand/pot-case/v1", network, node, number): known before the evidence is made, so that the quote can name it.</summary>
    public static Bytes32 CaseId(NetworkId network, PublicKey node, int number) =>
        new TaggedHash(Tags.ProofOfTrustCase).Add(network.Value).Add(node.Value).Add((ulong)number).ToDigest();

    /// <summary>The quote's nonce: H("errand/pot/v1", network, node, VRF key, case id, digest of the TEE report or empty, R(e)), 32 bytes.</summary>
    public static Bytes32 QuoteNonce(NetworkId network, PublicKey node, VrfPublicKey vrfKey, Bytes32 caseId, ReadOnlySpan<byte> teeReport, Bytes32 randomness) => // R-6.1.4.14
        new TaggedHash(Tags.ProofOfTrust).Add(network.Value).Add(node.Value).Add(vrfKey.Value).Add(caseId)
            .Add(teeReport.IsEmpty ? [] : EvidenceEntry.DigestOf(teeReport).ToArray()).Add(randomness).ToDigest();

    /// <summary>Report data of an executor's platform report: H("errand/platform/v1", network, node, EK id), 64 bytes.</summary>
    public static byte[] PlatformReportData(NetworkId network, PublicKey node, Bytes32 ekId) => // R-6.1.4.15
        new TaggedHash(Tags.Platform).Add(network.Value).Add(node.Value).Add(ekId).ToBytes64();

    /// <summary>H("errand/ek/v1", network, EK public area).</summary>
    public static Bytes32 EkIdOf(NetworkId network, ReadOnlySpan<byte> ekPublicArea) =>
        new TaggedHash(Tags.EndorsementKey).Add(network.Value).Add(ekPublicArea).ToDigest();
}
