using Errand.Attestation;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>A credential challenge on the wire: canonical CBOR [case id, credential blob, encrypted secret].</summary>
internal sealed record ChallengeMessage(Bytes32 CaseId, CredentialChallenge Challenge)
{
    /// <summary>The longest message.</summary>
    public const int SizeMax = 2048;

    public byte[] Encode() => new CanonicalWriter().Array(3).Bytes(CaseId)
        .Bytes(Challenge.CredentialBlob.Span).Bytes(Challenge.EncryptedSecret.Span).ToArray();

    public static ChallengeMessage? TryDecode(ReadOnlySpan<byte> encoded)
    {
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(3, out int count) || count != 3
            || !reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> caseId) || !Bytes32.TryRead(caseId, out Bytes32 id)
            || !reader.TryReadBytes(SizeMax, out ReadOnlySpan<byte> blob) || !reader.TryReadBytes(SizeMax, out ReadOnlySpan<byte> secret) || !reader.AtEnd) return null;
        return new ChallengeMessage(id, new CredentialChallenge(blob.ToArray(), secret.ToArray()));
    }
}
