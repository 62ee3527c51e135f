using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Makes and checks the signatures of <see cref="CoseSign1"/> frames (RFC 9052 section 4.4, EdDSA).</summary>
public static class CoseSigner
{
    /// <summary>Signs a payload as it stands. <paramref name="externalAad"/> is not part of the frame: the verifier must know it.</summary>
    /// <exception cref="ArgumentException">The frame would be longer than <see cref="CoseSign1.SizeMax"/>.</exception>
    public static CoseSign1 Sign(SigningKey key, ReadOnlySpan<byte> externalAad, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> signature = stackalloc byte[CoseSign1.SignatureSize];
        key.Sign(CoseSign1.ToBeSigned(key.PublicKey, externalAad, payload), signature);
        return CoseSign1.Assemble(key.PublicKey, payload, signature);
    }

    /// <summary>True when the frame was signed by <see cref="CoseSign1.Signer"/> with this <paramref name="externalAad"/>, by the rule of <see cref="Ed25519"/>.</summary>
    public static bool VerifySignature(this CoseSign1 frame, ReadOnlySpan<byte> externalAad)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return Ed25519.Verify(frame.Signer, frame.ToBeSigned(externalAad), frame.Signature);
    }
}
