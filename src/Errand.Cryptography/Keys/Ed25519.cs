using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Strict Ed25519 verification (RFC 8032 section 5.1.7, docs/protocol.md section 2).</summary>
/// <remarks>
/// Verifiers in the wild differ at the edges of the curve, and a network whose nodes differ splits. The rule here: A and R are
/// canonical encodings and not of small order, S is below the group order, and the equation S·B = R + k·A holds without the
/// cofactor. It is libsodium's rule; the tests hold it to the published edge cases, so a changed library cannot pass unseen.
/// Many at once follow the same rule in our own curve arithmetic; tests hold each answer to libsodium's.
/// </remarks>
public static class Ed25519
{
    /// <summary>Length of a signature: R (32), S (32).</summary>
    public const int SignatureSize = 64;

    private const int LanesFrom = 4;

    /// <summary>True when <paramref name="signature"/> is <paramref name="key"/>'s signature of <paramref name="message"/>.</summary>
    /// <returns>False for any malformed or wrong input. Never throws for content. Not constant time: all inputs are public. Thread-safe.</returns>
    public static bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize) return false;
        Span<byte> encoded = stackalloc byte[Bytes32.Size];
        key.Value.CopyTo(encoded);
        return Sodium.VerifyEd25519(signature, message, encoded);
    }

    /// <summary>Verifies many signatures: the same answers as <see cref="Verify"/>, about twice as fast where the processor has AVX-512.</summary>
    /// <param name="claims">Any number; best a multiple of eight.</param>
    /// <param name="holds">Set for each claim; as many as there are claims.</param>
    /// <exception cref="ArgumentException"><paramref name="holds"/> has another size.</exception>
    public static void VerifyMany(ReadOnlySpan<SignatureClaim> claims, Span<bool> holds)
    {
        if (holds.Length != claims.Length) throw new ArgumentException("As many places for answers are needed as there are claims.", nameof(holds));
        while (!claims.IsEmpty)
        {
            int count = Math.Min(claims.Length, FieldLanes.Count);
            // Eight at once cost as much as four one by one.
            if (FieldLanes.IsSupported && count > LanesFrom) Ed25519Lanes.Mine.Verify(claims[..count], holds[..count]);
            else
                for (int i = 0; i < count; i++) holds[i] = Verify(claims[i].Key, claims[i].Message.Span, claims[i].Signature.Span);
            claims = claims[count..];
            holds = holds[count..];
        }
    }
}
