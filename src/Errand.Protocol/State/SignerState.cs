using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The last sequence number that applied for a signer.</summary>
internal sealed class SignerState(PublicKey signer) : StateRecord(RecordKind.Signer, signer.Value)
{
    public PublicKey Signer => new(RecordId);

    public ulong Sequence { get; set; }

    internal override void WriteTo(CanonicalWriter writer) => writer.UInt(Sequence);
}
