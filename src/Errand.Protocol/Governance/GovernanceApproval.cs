using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A governance key's signature of a set of changes.</summary>
/// <param name="Key">The key.</param>
/// <param name="Signature">64 bytes over <see cref="GovernEntry.Message"/>.</param>
public sealed record GovernanceApproval(PublicKey Key, ReadOnlyMemory<byte> Signature)
{
    internal static bool TryRead(ReadOnlySpan<byte> item, out GovernanceApproval value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !TermsItems.TryReadKey(ref reader, out Bytes32 key)
            || !reader.TryReadBytes(ProtocolSizes.Signature, out ReadOnlySpan<byte> signature) || signature.Length != ProtocolSizes.Signature) return false;
        value = new GovernanceApproval(new PublicKey(key), signature.ToArray());
        return true;
    }
}
