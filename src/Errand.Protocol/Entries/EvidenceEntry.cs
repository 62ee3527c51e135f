using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>TEE evidence of the enclave made for one attempt of a task, its keys, and a fresh quote of the platform over it.</summary>
public sealed record EvidenceEntry : EntryBody
{
    private const byte ArrayMajor = 4;

    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Evidence;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The TEE's report in its vendor's format. Always inline: what decides a case is never a blob.</summary>
    public required ReadOnlyMemory<byte> Report { get; init; }

    /// <summary>Certificates and collateral that go with the report.</summary>
    public required ReadOnlyMemory<byte> Endorsements { get; init; }

    /// <summary>The enclave's HPKE public key, encoded.</summary>
    public required ReadOnlyMemory<byte> HpkeKey { get; init; }

    /// <summary>The enclave's receipt key.</summary>
    public required PublicKey ReceiptKey { get; init; }

    /// <summary>A fresh quote of the executor's TPM; its nonce is H("errand/quote/v1", report).</summary>
    public required ReadOnlyMemory<byte> Quote { get; init; }

    /// <summary>H("errand/evidence/v1", report): what verdicts, releases and receipts name. The enclave knows it too.</summary>
    public Bytes32 Digest => DigestOf(Report.Span);

    /// <summary>H("errand/evidence/v1", report).</summary>
    public static Bytes32 DigestOf(ReadOnlySpan<byte> report) => new TaggedHash(Tags.Evidence).Add(report).ToDigest();

    /// <summary>The nonce of the quote that goes with a report: H("errand/quote/v1", report), 32 bytes.</summary>
    public static Bytes32 QuoteNonce(ReadOnlySpan<byte> report) => new TaggedHash(Tags.Quote).Add(report).ToDigest();

    /// <summary>
    /// What the enclave has its TEE sign: H("errand/enclave/v1", network, task id, attempt, executor, seed, HPKE key, receipt key), 64 bytes.
    /// </summary>
    public static byte[] ReportData(NetworkId network, TaskId task, int attempt, PublicKey executor, Bytes32 seed, ReadOnlySpan<byte> hpkeKey, PublicKey receiptKey) =>
        new TaggedHash(Tags.EnclaveReport).Add(network.Value).Add(task.Value).Add((ulong)attempt).Add(executor.Value).Add(seed)
            .Add(hpkeKey).Add(receiptKey.Value).ToBytes64();

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(7)
        .Key(0).Bytes(Task.Value)
        .Key(1).UInt((ulong)Attempt)
        .Key(2).Bytes(Report.Span)
        .Key(3).Bytes(Endorsements.Span)
        .Key(4).Bytes(HpkeKey.Span)
        .Key(5).Bytes(ReceiptKey.Value)
        .Key(6).Bytes(Quote.Span);

    internal static EvidenceEntry Read(ref FieldReader fields, ref RefusalReason reason)
    {
        var task = new TaskId(fields.Bytes32(0));
        int attempt = fields.Int(1);
        ReadOnlySpan<byte> report = Inline(ref fields, 2, 1, ProtocolLimits.ReportSizeMax, ref reason);
        ReadOnlySpan<byte> endorsements = Inline(ref fields, 3, 0, ProtocolLimits.EndorsementsSizeMax, ref reason);
        return new EvidenceEntry
        {
            Task = task,
            Attempt = attempt,
            Report = report.ToArray(),
            Endorsements = endorsements.ToArray(),
            HpkeKey = fields.Bytes(4, 1, ProtocolLimits.HpkeKeySizeMax).ToArray(),
            ReceiptKey = new PublicKey(fields.Bytes32(5)),
            Quote = Inline(ref fields, 6, 1, ProtocolLimits.PlatformEvidenceSizeMax, ref reason).ToArray(),
        };
    }

    // Elsewhere a blob may stand as [digest, size] in place of its bytes; evidence may not.
    private static ReadOnlySpan<byte> Inline(ref FieldReader fields, int key, int sizeMin, int sizeMax, ref RefusalReason reason)
    {
        ReadOnlySpan<byte> item = fields.Item(key);
        if (fields.Error != FieldError.None) return default;
        if (item[0] >> 5 == ArrayMajor)
        {
            reason = RefusalReason.MustBeInline;
            return default;
        }
        if (new CanonicalReader(item).TryReadBytes(sizeMax, out ReadOnlySpan<byte> bytes) && bytes.Length >= sizeMin) return bytes;
        fields.Fail(FieldError.Malformed);
        return default;
    }
}
