using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An operator whose verifier has an accusation open, or lately had one that was not upheld. There is one only so long.</summary>
public sealed class AccuserState : StateRecord
{
    internal AccuserState(PublicKey operatorKey)
        : base(RecordKind.Accuser, operatorKey.Value) => Operator = operatorKey;

    /// <summary>The operator.</summary>
    public PublicKey Operator { get; }

    /// <summary>The accusation that is being judged, or null.</summary>
    public EntryId? OpenCase { get; internal set; }

    /// <summary>Accusations in a row that were not upheld.</summary>
    public int Failures { get; internal set; }

    /// <summary>Accusations are refused before this epoch.</summary>
    public long NextEpoch { get; internal set; }

    /// <summary>The epoch whose opening forgets the failures, unless an accusation is open then.</summary>
    public long ForgetEpoch { get; internal set; }

    internal override void WriteTo(CanonicalWriter writer) =>
        writer.Array(4).Bytes(OpenCase?.Value.ToArray()).UInt((ulong)Failures).UInt((ulong)NextEpoch).UInt((ulong)ForgetEpoch);

    internal static AccuserState ReadFrom(Bytes32 id, ref RecordReader reader)
    {
        reader.Array(4);
        Bytes32? open = reader.OptionalBytes32();
        return new AccuserState(new PublicKey(id))
        {
            OpenCase = open is { } entry ? new EntryId(entry) : null,
            Failures = reader.Int(),
            NextEpoch = reader.Long(),
            ForgetEpoch = reader.Long(),
        };
    }
}
