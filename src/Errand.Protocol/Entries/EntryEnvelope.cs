using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An entry's payload around its body (docs/protocol.md section 4).</summary>
internal readonly ref struct EntryEnvelope
{
    private EntryEnvelope(ulong version, int kind, ulong sequence, ReadOnlySpan<byte> body)
    {
        Version = version;
        Kind = kind;
        Sequence = sequence;
        Body = body;
    }

    public ulong Version { get; }

    public int Kind { get; }

    public ulong Sequence { get; }

    /// <summary>The body's map; points into the payload.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Reads a payload that is canonical CBOR.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out EntryEnvelope envelope)
    {
        var fields = new FieldReader(payload);
        ulong version = fields.UInt(0);
        int kind = fields.Int(1, byte.MaxValue);
        ulong sequence = fields.UInt(2);
        ReadOnlySpan<byte> body = fields.Item(3);
        envelope = new EntryEnvelope(version, kind, sequence, body);
        return fields.Close() == FieldError.None;
    }
}
