using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The last sequence number that applied for a signer.</summary>
internal sealed class SignerState(PublicKey signer) : StateRecord(RecordKind.Signer, signer.Value)
{
    public Bytes32 Id { get; } = signer.Value;

    public ulong Sequence { get; set; }

    internal override void WriteTo(CanonicalWriter writer) => writer.UInt(Sequence);
}
