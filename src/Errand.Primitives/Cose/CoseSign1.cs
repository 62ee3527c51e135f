using System.Security.Cryptography;

namespace Errand.Primitives;

/// <summary>
/// A COSE_Sign1 frame (RFC 9052 section 4.2) of the one form the protocol allows: tag 18, algorithm EdDSA, the signer's Ed25519
/// public key as kid, an empty unprotected header, an attached payload, shortest lengths, at most 65,527 bytes.
/// </summary>
/// <remarks>
/// <code>
/// D2 84                                tag 18, array of 4
///   58 26                              protected: 38 bytes
///     A2 01 27 04 58 20 (kid, 32)        {1: -8, 4: kid}
///   A0                                 unprotected: {}
///   bstr payload
///   58 40 (signature, 64)
/// </code>
/// Framing only; signatures are made and checked by Errand.Cryptography.
/// </remarks>
public sealed class CoseSign1
{
    /// <summary>The longest frame: with the 8 bytes of its time it fills a leaf of a C2SP tlog-tiles bundle, 65,535 bytes.</summary>
    public const int SizeMax = 65_527;

    /// <summary>Length of an Ed25519 signature.</summary>
    public const int SignatureSize = 64;

    private static ReadOnlySpan<byte> Prefix => [0xD2, 0x84, 0x58, 0x26, 0xA2, 0x01, 0x27, 0x04, 0x58, 0x20];
    private static ReadOnlySpan<byte> SignatureHead => [0x58, 0x40];
    private const int ProtectedOffset = 4;
    private const int ProtectedSize = 38;
    private const byte EmptyMap = 0xA0;

    private readonly byte[] _frame;
    private readonly Range _payload;

    private CoseSign1(byte[] frame, PublicKey signer, Range payload)
    {
        _frame = frame;
        _payload = payload;
        Signer = signer;
    }

    /// <summary>The key in the protected header. Not yet checked against the signature.</summary>
    public PublicKey Signer { get; }

    /// <summary>The payload as received.</summary>
    public ReadOnlySpan<byte> Payload => _frame.AsSpan(_payload);

    /// <summary>The 64-byte signature.</summary>
    public ReadOnlySpan<byte> Signature => _frame.AsSpan(_frame.Length - SignatureSize);

    /// <summary>The whole frame as received.</summary>
    public ReadOnlyMemory<byte> Encoded => _frame;

    /// <summary>Reads a frame; null for anything but the one allowed form.</summary>
    public static CoseSign1? TryParse(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > SizeMax || !frame.StartsWith(Prefix)) return null;
        int afterHeaders = Prefix.Length + Bytes32.Size + 1;
        if (frame.Length < afterHeaders || frame[afterHeaders - 1] != EmptyMap) return null;

        var reader = new CanonicalReader(frame[afterHeaders..]);
        if (!reader.TryReadBytes(SizeMax, out ReadOnlySpan<byte> payload)) return null;
        int payloadEnd = frame.Length - reader.Remaining;
        if (!reader.TryReadBytes(SignatureSize, out ReadOnlySpan<byte> signature) || signature.Length != SignatureSize || !reader.AtEnd) return null;

        var signer = new PublicKey(new Bytes32(frame.Slice(Prefix.Length, Bytes32.Size)));
        return new CoseSign1(frame.ToArray(), signer, (payloadEnd - payload.Length)..payloadEnd);
    }

    /// <summary>The bytes that a signature covers: Sig_structure of RFC 9052 section 4.4.</summary>
    public byte[] ToBeSigned(ReadOnlySpan<byte> externalAad) => ToBeSigned(Signer, externalAad, Payload);

    /// <summary>The bytes to sign for a new frame: ["Signature1", protected, external_aad, payload].</summary>
    public static byte[] ToBeSigned(PublicKey signer, ReadOnlySpan<byte> externalAad, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[ProtectedSize];
        WriteProtected(header, signer);
        return new CanonicalWriter().Array(4).Text("Signature1").Bytes(header).Bytes(externalAad).Bytes(payload).ToArray();
    }

    /// <summary>SHA-256 of the Sig_structure.</summary>
    public Bytes32 Digest(ReadOnlySpan<byte> externalAad) => new(SHA256.HashData(ToBeSigned(externalAad)));

    /// <summary>Puts a frame together from its parts.</summary>
    /// <exception cref="ArgumentException">The frame would be longer than <see cref="SizeMax"/>, or the signature is not 64 bytes.</exception>
    public static CoseSign1 Assemble(PublicKey signer, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature)
    {
        var writer = new CanonicalWriter();
        Span<byte> header = stackalloc byte[ProtectedSize];
        WriteProtected(header, signer);
        writer.Raw(Prefix[..2]).Bytes(header).Raw([EmptyMap]).Bytes(payload).Raw(SignatureHead).Raw(signature);
        return TryParse(writer.Span) ?? throw new ArgumentException($"The signature must have {SignatureSize} bytes and the frame at most {SizeMax}.");
    }

    private static void WriteProtected(Span<byte> header, PublicKey signer)
    {
        Prefix[ProtectedOffset..].CopyTo(header);
        signer.Value.CopyTo(header[(Prefix.Length - ProtectedOffset)..]);
    }
}
