using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>Who sends a request to a ledger: a key's signature over it, in the header <c>Authorization: Errand …</c>. One place for both sides.</summary>
/// <remarks>
/// <code>
/// Authorization: Errand base64( [caller key, instance, number, signature] )
/// signature over H("errand/request/v1", network, instance, number, method (text), path and query (text), SHA-256 of the body), 64 bytes
/// </code>
/// The instance is drawn by the ledger's process when it starts: a request for an earlier one is refused, so that whoever asks can
/// tell what has become of it. The number rises from one request of a caller to the next; sent again with the same number, a
/// request is the same request, and gets the same answer.
/// </remarks>
public sealed record RequestSignature(PublicKey Caller, RequestInstance Instance, ulong Number, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The scheme in the header.</summary>
    public const string Scheme = "Errand";

    private const int EncodedSizeMax = 160, TokenSizeMax = 216;

    /// <summary>Signs a request.</summary>
    public static RequestSignature Sign(SigningKey key, NetworkId network, RequestInstance instance, ulong number, string method, string target, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signature = new byte[Ed25519.SignatureSize];
        key.Sign(Message(network, instance, number, method, target, body), signature);
        return new RequestSignature(key.PublicKey, instance, number, signature);
    }

    /// <summary>True when the caller signed exactly this request for this network.</summary>
    public bool Verify(NetworkId network, string method, string target, ReadOnlySpan<byte> body) =>
        Ed25519.Verify(Caller, Message(network, Instance, Number, method, target, body), Signature.Span);

    /// <summary>What stands behind the scheme in the header.</summary>
    public string ToToken() =>
        Convert.ToBase64String(new CanonicalWriter().Array(4).Bytes(Caller.Value).Bytes(Instance.ToArray()).UInt(Number).Bytes(Signature.Span).ToArray());

    /// <summary>Reads what stands behind the scheme; false for anything but the exact form. Verifies nothing.</summary>
    public static bool TryParse(string? token, [NotNullWhen(true)] out RequestSignature? signature)
    {
        signature = null;
        if (token is null || token.Length > TokenSizeMax) return false;
        Span<byte> encoded = stackalloc byte[EncodedSizeMax + 8];
        if (!Convert.TryFromBase64String(token, encoded, out int size)) return false;
        var reader = new CanonicalReader(encoded[..size]);
        if (!reader.TryReadArrayHeader(4, out int count) || count != 4
            || !reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> key) || !Bytes32.TryRead(key, out Bytes32 caller)
            || !reader.TryReadBytes(RequestInstance.Size, out ReadOnlySpan<byte> instance) || instance.Length != RequestInstance.Size
            || !reader.TryReadUInt(out ulong number) || number > long.MaxValue
            || !reader.TryReadBytes(Ed25519.SignatureSize, out ReadOnlySpan<byte> signed) || signed.Length != Ed25519.SignatureSize || !reader.AtEnd) return false;
        var read = new RequestSignature(new PublicKey(caller), new RequestInstance(instance), number, signed.ToArray());
        // Base64 has several forms of the same bytes: spaces within, and bits that nothing reads.
        if (read.ToToken() != token) return false;
        signature = read;
        return true;
    }

    private static byte[] Message(NetworkId network, RequestInstance instance, ulong number, string method, string target, ReadOnlySpan<byte> body) =>
        new TaggedHash(Tags.LedgerRequest).Add(network.Value).Add(instance.ToArray()).Add(number).Add(method).Add(target).Add(SHA256.HashData(body)).ToBytes64();
}
