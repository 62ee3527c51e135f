using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The enclave's signed receipt, handed on by the executor; a small sealed result rides along.</summary>
public sealed record ReceiptEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Receipt;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>A COSE_Sign1 by the enclave's receipt key over a <see cref="Receipt"/>.</summary>
    public required ReadOnlyMemory<byte> Receipt { get; init; }

    /// <summary>The whole sealed result, or empty when the executor serves it.</summary>
    public required ReadOnlyMemory<byte> InlineResult { get; init; }

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(InlineResult.IsEmpty ? 3 : 4).Key(0).Bytes(Task.Value).Key(1).UInt((ulong)Attempt).Key(2).Bytes(Receipt.Span);
        if (!InlineResult.IsEmpty) writer.Key(3).Bytes(InlineResult.Span);
    }

    internal static ReceiptEntry Read(ref FieldReader fields) => new()
    {
        Task = new TaskId(fields.Bytes32(0)),
        Attempt = fields.Int(1),
        Receipt = fields.Bytes(2, 1, ProtocolLimits.ReceiptSizeMax).ToArray(),
        InlineResult = fields.Has(3) ? fields.Bytes(3, 1, ProtocolLimits.InlineResultSizeMax).ToArray() : default,
    };
}
