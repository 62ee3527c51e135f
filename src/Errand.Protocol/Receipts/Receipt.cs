using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What the enclave signs when it ends: no amounts, no digest of plaintext.</summary>
public sealed record Receipt
{
    private const ulong Version = 1;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>Digest of the enclave's evidence.</summary>
    public required Bytes32 EvidenceDigest { get; init; }

    /// <summary>Content id of the sealed result.</summary>
    public required ContentId Result { get; init; }

    /// <summary>Bytes of the sealed result, padding included.</summary>
    public required long ResultSizeBytes { get; init; }

    /// <summary>How the run ended.</summary>
    public required OutcomeCode Outcome { get; init; }

    /// <summary>The payload of the COSE_Sign1.</summary>
    public byte[] Encode() => new CanonicalWriter().Map(7)
        .Key(0).UInt(Version)
        .Key(1).Bytes(Task.Value)
        .Key(2).UInt((ulong)Attempt)
        .Key(3).Bytes(EvidenceDigest)
        .Key(4).Bytes(Result.Value)
        .Key(5).UInt((ulong)Outcome)
        .Key(6).UInt((ulong)ResultSizeBytes)
        .ToArray();

    /// <summary>Reads a payload; null for anything but a canonical receipt of this version.</summary>
    public static Receipt? TryDecode(ReadOnlySpan<byte> payload)
    {
        if (!CanonicalCbor.IsCanonical(payload)) return null;
        var fields = new FieldReader(payload);
        ulong version = fields.UInt(0);
        var receipt = new Receipt
        {
            Task = new TaskId(fields.Bytes32(1)),
            Attempt = fields.Int(2),
            EvidenceDigest = fields.Bytes32(3),
            Result = new ContentId(fields.Bytes32(4)),
            Outcome = (OutcomeCode)fields.Int(5, (int)OutcomeCode.Refused),
            ResultSizeBytes = fields.Milliseconds(6),
        };
        return fields.Close() == FieldError.None && version == Version ? receipt : null;
    }

    /// <summary>external_aad of a receipt: H("errand/receipt/v1", network), 64 bytes, so that no receipt can pass for an entry.</summary>
    public static byte[] Context(NetworkId network) => new TaggedHash(Tags.Receipt).Add(network.Value).ToBytes64();

    /// <summary>Opens a receipt frame: null unless well formed and signed by <paramref name="receiptKey"/>.</summary>
    public static Receipt? TryOpen(ReadOnlySpan<byte> frame, NetworkId network, PublicKey receiptKey)
    {
        if (CoseSign1.TryParse(frame) is not { } cose || cose.Signer != receiptKey || !cose.VerifySignature(Context(network))) return null;
        return TryDecode(cose.Payload);
    }
}
