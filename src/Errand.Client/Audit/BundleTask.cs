using System.Diagnostics.CodeAnalysis;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>The entries of a bundle's core, once their signatures have held and they were found to belong together.</summary>
internal sealed record BundleTask(PublicKey Executor, TeeKind Tee, OfferEntry Offer, EvidenceEntry Evidence, Receipt Receipt)
{
    /// <summary>Checks forms, signatures, and that every entry is about this task and attempt.</summary>
    public static AuditFailure? TryRead(ReceiptBundle bundle, NetworkId network, out BundleTask? task)
    {
        task = null;
        BundleCore core = bundle.Core;
        if (!TryPrepare(network, core.Submit, out SubmitEntry? submitted, out PreparedEntry submit)
            || !TryPrepare(network, core.Offer, out OfferEntry? offer, out PreparedEntry offerEntry)
            || !TryPrepare(network, core.Evidence, out EvidenceEntry? evidence, out PreparedEntry evidenceEntry)
            || !TryPrepare(network, core.Receipt, out ReceiptEntry? handedOn, out PreparedEntry receiptEntry)) return new AuditFailure(AuditCode.Entry, "");

        PublicKey executor = evidenceEntry.Signer;
        if (TaskId.Of(network, submit.Signer, submit.Payload.Span) != bundle.Task) return Mismatch("the submission gives another task id");
        if (evidence.Task != bundle.Task || handedOn.Task != bundle.Task || evidence.Attempt != handedOn.Attempt) return Mismatch("evidence and receipt are of other tasks or attempts");
        if (offerEntry.Signer != executor || receiptEntry.Signer != executor) return Mismatch("offer, evidence and receipt are of several executors");

        if (Receipt.TryOpen(handedOn.Receipt.Span, network, evidence.ReceiptKey) is not { } receipt) return new AuditFailure(AuditCode.Receipt, "its signature does not hold under the enclave's receipt key");
        if (receipt.Task != bundle.Task || receipt.Attempt != evidence.Attempt || receipt.EvidenceDigest != evidence.Digest) return new AuditFailure(AuditCode.Receipt, "it names another task, attempt or evidence");
        if (!handedOn.InlineResult.IsEmpty && !IsContent(handedOn.InlineResult, receipt.Result)) return new AuditFailure(AuditCode.Receipt, "the inline result is not the one it names");
        task = new BundleTask(executor, submitted.Tee, offer, evidence, receipt);
        return null;
    }

    private static AuditFailure Mismatch(string detail) => new(AuditCode.TaskMismatch, detail);

    private static bool TryPrepare<T>(NetworkId network, ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out T? body, out PreparedEntry entry)
        where T : EntryBody
    {
        entry = PreparedEntry.Prepare(network, bytes.Span);
        body = entry.Body as T;
        return entry.Refusal == RefusalReason.None && body is not null;
    }

    private static bool IsContent(ReadOnlyMemory<byte> sealedFile, ContentId expected)
    {
        using var stream = new MemoryStream(sealedFile.ToArray(), writable: false);
        return SealedFile.Verify(stream, expected).Succeeded;
    }
}
