using System.Buffers.Binary;
using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>What passes over the channel. A closed hierarchy: one case for each <see cref="MessageKind"/>.</summary>
public abstract record EnclaveMessage
{
    private EnclaveMessage()
    {
    }

    /// <summary>The kind on the wire.</summary>
    public abstract MessageKind Kind { get; }

    /// <summary>The frame without its length.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>The frame with its length in front, as it goes over the channel.</summary>
    internal byte[] EncodeFrame()
    {
        var writer = new CanonicalWriter();
        Write(writer);
        var frame = new byte[FrameFormat.LengthSize + writer.Span.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, writer.Span.Length);
        writer.Span.CopyTo(frame.AsSpan(FrameFormat.LengthSize));
        return frame;
    }

    /// <summary>Reads a frame; null for anything that is not a message. The bytes of a chunk stay in the frame; all else is copied.</summary>
    public static EnclaveMessage? TryDecode(ReadOnlyMemory<byte> frame)
    {
        if (!FrameFormat.TryReadKind(frame.Span, out MessageKind kind)) return null;
        var fields = new FieldReader(frame.Span);
        fields.UInt(0);
        EnclaveMessage message = kind switch
        {
            MessageKind.Start => Start.Read(ref fields),
            MessageKind.ReportRequest => ReportRequest.Read(ref fields),
            MessageKind.Report => new Report(fields.Bytes(1, 1, FrameFormat.ReportSizeMax).ToArray()),
            MessageKind.InputRequest => new InputRequest(new AssetId(fields.Bytes32(1))),
            MessageKind.Input => new Input(new PublicKey(fields.Bytes32(1)), new ContentId(fields.Bytes32(2)), fields.Milliseconds(3)),
            MessageKind.ChunkRequest => new ChunkRequest(),
            MessageKind.Chunk => new Chunk(Within(frame, fields.Bytes(1, 1, FrameFormat.ChunkSizeMax))),
            MessageKind.InputsComplete => new InputsComplete(),
            MessageKind.Release => new Release(new AssetId(fields.Bytes32(1)), fields.Bytes(2, 1, CoseSign1.SizeMax).ToArray()),
            MessageKind.ReleaseTaken => new ReleaseTaken(new AssetId(fields.Bytes32(1))),
            MessageKind.Receipt => new Receipt(fields.Bytes(1, 1, CoseSign1.SizeMax).ToArray(), fields.Milliseconds(2)),
            MessageKind.ResultChunk => new ResultChunk(fields.Bytes(1, 1, FrameFormat.ChunkSizeMax).ToArray()),
            MessageKind.Abort => new Abort((AbortReason)fields.Int(1, (int)AbortReason.Folder)),
            MessageKind.PlatformStart => new PlatformStart(new NetworkId(fields.Bytes32(1)), new PublicKey(fields.Bytes32(2)), fields.Bytes32(3)),
            MessageKind.PlatformReport => new PlatformReport(ReadTaken(ref fields, 1)),
            _ => throw new InvalidOperationException($"Message kind {kind} has no reader."),
        };
        return fields.Close() == FieldError.None ? message : null;
    }

    private static ReadOnlyMemory<byte> Within(ReadOnlyMemory<byte> frame, ReadOnlySpan<byte> bytes) => frame.Span.Overlaps(bytes, out int offset) ? frame.Slice(offset, bytes.Length) : default;

    private protected abstract void Write(CanonicalWriter writer);

    // Provider, report and what came with it, under three keys from the first.
    private static TakenReport ReadTaken(ref FieldReader fields, int first)
    {
        var provider = (TsmProvider)fields.Int(first, (int)TsmProvider.DevelopmentVtpm);
        if (provider == TsmProvider.None) fields.Fail(FieldError.Malformed);
        return new TakenReport(provider, fields.Bytes(first + 1, 1, TakenReport.SizeMax).ToArray(), fields.Bytes(first + 2, 0, TakenReport.SizeMax).ToArray());
    }

    private static void WriteTaken(CanonicalWriter writer, int first, TakenReport taken) =>
        writer.Key(first).UInt((ulong)taken.Provider).Key(first + 1).Bytes(taken.Report.Span).Key(first + 2).Bytes(taken.Auxiliary.Span);

    private CanonicalWriter Open(CanonicalWriter writer, int fields) => writer.Map(1 + fields).Key(0).UInt((ulong)Kind);

    /// <summary>The task: the signed Submit entry and what the draw gave.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="SubmitEntry">The entry's COSE_Sign1 frame as it lies on the ledger.</param>
    /// <param name="Attempt">From 1.</param>
    /// <param name="Executor">Whose machine this is.</param>
    /// <param name="Seed">The task's seed.</param>
    public sealed record Start(NetworkId Network, ReadOnlyMemory<byte> SubmitEntry, int Attempt, PublicKey Executor, Bytes32 Seed) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.Start;

        internal static Start Read(ref FieldReader fields) => new(
            new NetworkId(fields.Bytes32(1)),
            fields.Bytes(2, 1, CoseSign1.SizeMax).ToArray(),
            fields.Int(3),
            new PublicKey(fields.Bytes32(4)),
            fields.Bytes32(5));

        private protected override void Write(CanonicalWriter writer) => Open(writer, 5)
            .Key(1).Bytes(Network.Value).Key(2).Bytes(SubmitEntry.Span).Key(3).UInt((ulong)Attempt).Key(4).Bytes(Executor.Value).Key(5).Bytes(Seed);
    }

    /// <summary>The enclave's keys, and the 64 bytes that bind them to the task.</summary>
    public sealed record ReportRequest(ReadOnlyMemory<byte> ReportData, TaskId Task, ReadOnlyMemory<byte> HpkeKey, PublicKey ReceiptKey) : EnclaveMessage
    {
        /// <summary>The report over that data which the enclave's own processor gave it; null when the host is to have one made. After one that was taken no <see cref="Report"/> follows.</summary>
        public TakenReport? Taken { get; init; }

        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.ReportRequest;

        internal static ReportRequest Read(ref FieldReader fields) => new(
            fields.Bytes(1, 64, 64).ToArray(),
            new TaskId(fields.Bytes32(2)),
            fields.Bytes(3, 1, 2048).ToArray(),
            new PublicKey(fields.Bytes32(4)))
        {
            Taken = fields.Has(5) ? ReadTaken(ref fields, 5) : null,
        };

        private protected override void Write(CanonicalWriter writer)
        {
            Open(writer, Taken is null ? 4 : 7).Key(1).Bytes(ReportData.Span).Key(2).Bytes(Task.Value).Key(3).Bytes(HpkeKey.Span).Key(4).Bytes(ReceiptKey.Value);
            if (Taken is { } taken) WriteTaken(writer, 5, taken);
        }
    }

    /// <summary>The report that the TEE signed; accepted once in the enclave's life.</summary>
    public sealed record Report(ReadOnlyMemory<byte> Bytes) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.Report;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 1).Key(1).Bytes(Bytes.Span);
    }

    /// <summary>An input is wanted.</summary>
    public sealed record InputRequest(AssetId Asset) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.InputRequest;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 1).Key(1).Bytes(Asset.Value);
    }

    /// <summary>What the host says of the input: a claim that the enclave checks against the asset id and the bytes.</summary>
    public sealed record Input(PublicKey Owner, ContentId Content, long SizeBytes) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.Input;

        private protected override void Write(CanonicalWriter writer) =>
            Open(writer, 3).Key(1).Bytes(Owner.Value).Key(2).Bytes(Content.Value).Key(3).UInt((ulong)SizeBytes);
    }

    /// <summary>The next bytes of the input are wanted. Always the next: the order of reading says nothing of what was read.</summary>
    public sealed record ChunkRequest : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.ChunkRequest;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 0);
    }

    /// <summary>The next bytes of the input.</summary>
    public sealed record Chunk(ReadOnlyMemory<byte> Bytes) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.Chunk;

        /// <summary>What stands before the bytes in a frame, its length included: the sender puts them behind it.</summary>
        internal static byte[] Prefix(int size)
        {
            CanonicalWriter head = new CanonicalWriter().Map(2).Key(0).UInt((ulong)MessageKind.Chunk).Key(1).BytesHeader(size);
            var prefix = new byte[FrameFormat.LengthSize + head.Span.Length];
            BinaryPrimitives.WriteInt32BigEndian(prefix, head.Span.Length + size);
            head.Span.CopyTo(prefix.AsSpan(FrameFormat.LengthSize));
            return prefix;
        }

        private protected override void Write(CanonicalWriter writer) => Open(writer, 1).Key(1).Bytes(Bytes.Span);
    }

    /// <summary>All inputs have the content ids that the task names; the keys may come.</summary>
    public sealed record InputsComplete : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.InputsComplete;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 0);
    }

    /// <summary>A content key, sealed to the enclave and signed by the asset's owner: a COSE_Sign1 frame over an HPKE message.</summary>
    public sealed record Release(AssetId Asset, ReadOnlyMemory<byte> Frame) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.Release;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 2).Key(1).Bytes(Asset.Value).Key(2).Bytes(Frame.Span);
    }

    /// <summary>The asset is open.</summary>
    public sealed record ReleaseTaken(AssetId Asset) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.ReleaseTaken;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 1).Key(1).Bytes(Asset.Value);
    }

    /// <summary>The receipt's COSE_Sign1 frame, and how many bytes of sealed result follow.</summary>
    public sealed record Receipt(ReadOnlyMemory<byte> Frame, long ResultSizeBytes) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.Receipt;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 2).Key(1).Bytes(Frame.Span).Key(2).UInt((ulong)ResultSizeBytes);
    }

    /// <summary>The next bytes of the sealed result.</summary>
    public sealed record ResultChunk(ReadOnlyMemory<byte> Bytes) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.ResultChunk;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 1).Key(1).Bytes(Bytes.Span);
    }

    /// <summary>No task: the enclave is to take the report with which a node shows what processor it has (6.1.4). It makes the report data itself, of a form that no task's has.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="Node">Whose machine this is.</param>
    /// <param name="EkId">Id of that machine's endorsement key.</param>
    public sealed record PlatformStart(NetworkId Network, PublicKey Node, Bytes32 EkId) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.PlatformStart;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 3).Key(1).Bytes(Network.Value).Key(2).Bytes(Node.Value).Key(3).Bytes(EkId);
    }

    /// <summary>The report on the platform, which the enclave's own processor gave it.</summary>
    public sealed record PlatformReport(TakenReport Taken) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.PlatformReport;

        private protected override void Write(CanonicalWriter writer) => WriteTaken(Open(writer, 3), 1, Taken);
    }

    /// <summary>The enclave ends without a result.</summary>
    public sealed record Abort(AbortReason Reason) : EnclaveMessage
    {
        /// <inheritdoc/>
        public override MessageKind Kind => MessageKind.Abort;

        private protected override void Write(CanonicalWriter writer) => Open(writer, 1).Key(1).UInt((ulong)Reason);
    }
}
