using System.Formats.Cbor;
using System.Security.Cryptography;
using CsCheck;

namespace Errand.Primitives.Tests;

/// <summary>The frame alone, built a second time with System.Formats.Cbor; signatures are checked elsewhere.</summary>
public sealed class CoseSign1Tests
{
    private static readonly PublicKey Signer = new(new Bytes32([.. Enumerable.Range(1, 32).Select(i => (byte)i)]));
    private static readonly byte[] Signature = [.. Enumerable.Range(100, 64).Select(i => (byte)i)];

    [Fact]
    public void A_frame_is_what_a_second_encoder_writes() =>
        Gen.Byte.Array[0, 400].Sample(payload =>
        {
            CoseSign1 frame = CoseSign1.Assemble(Signer, payload, Signature);
            return frame.Encoded.Span.SequenceEqual(SecondEncoding(payload))
                && frame.Payload.SequenceEqual(payload)
                && frame.Signature.SequenceEqual(Signature)
                && frame.Signer == Signer;
        }, iter: 500);

    [Fact]
    public void What_is_signed_is_the_Sig_structure_of_a_second_encoder() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample((externalAad, payload) =>
        {
            var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
            writer.WriteStartArray(4);
            writer.WriteTextString("Signature1");
            writer.WriteByteString(ProtectedHeader());
            writer.WriteByteString(externalAad);
            writer.WriteByteString(payload);
            writer.WriteEndArray();
            byte[] expected = writer.Encode();
            CoseSign1 frame = CoseSign1.Assemble(Signer, payload, Signature);
            return frame.ToBeSigned(externalAad).AsSpan().SequenceEqual(expected)
                && frame.Digest(externalAad) == new Bytes32(SHA256.HashData(expected));
        }, iter: 500);

    [Fact]
    public void Accepted_frames_encode_to_themselves_whatever_was_changed()
    {
        byte[] frame = SecondEncoding([1, 2, 3, 4]);
        Gen.Select(Gen.Int[0, frame.Length - 1], Gen.Byte).Sample((index, value) =>
        {
            var altered = frame.ToArray();
            altered[index] = value;
            return CoseSign1.TryParse(altered) is not { } parsed
                || CoseSign1.Assemble(parsed.Signer, parsed.Payload, parsed.Signature).Encoded.Span.SequenceEqual(altered);
        }, iter: 20_000);
    }

    [Fact]
    public void Only_key_payload_and_signature_may_vary()
    {
        byte[] frame = SecondEncoding([1, 2, 3, 4]);
        for (int index = 0; index < frame.Length; index++)
        {
            bool free = index is (>= 10 and < 42) or (>= 44 and < 48) or >= 50;
            var altered = frame.ToArray();
            altered[index] ^= 0x01;
            Assert.True(CoseSign1.TryParse(altered) is not null == free, $"byte {index}");
        }
    }

    [Fact]
    public void Cut_and_longer_frames_are_refused()
    {
        byte[] frame = SecondEncoding([1, 2, 3, 4]);
        for (int length = 0; length < frame.Length; length++) Assert.Null(CoseSign1.TryParse(frame.AsSpan(0, length)));
        Assert.Null(CoseSign1.TryParse([.. frame, 0]));
        Assert.NotNull(CoseSign1.TryParse(frame));
    }

    [Fact]
    public void A_parsed_frame_keeps_its_own_copy()
    {
        byte[] frame = SecondEncoding([1]);
        CoseSign1 parsed = CoseSign1.TryParse(frame)!;
        frame[44] = 2;
        Assert.Equal([1], parsed.Payload.ToArray());
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(0)]
    public void A_signature_of_another_length_cannot_be_framed(int length) =>
        Assert.Throws<ArgumentException>(() => CoseSign1.Assemble(Signer, [1], new byte[length]));

    [Fact]
    public void Frames_up_to_65_535_bytes_can_be_made()
    {
        int overhead = CoseSign1.Assemble(Signer, new byte[60_000], Signature).Encoded.Length - 60_000;
        Assert.Equal(CoseSign1.SizeMax, CoseSign1.Assemble(Signer, new byte[CoseSign1.SizeMax - overhead], Signature).Encoded.Length);
        Assert.Throws<ArgumentException>(() => CoseSign1.Assemble(Signer, new byte[CoseSign1.SizeMax - overhead + 1], Signature));
    }

    private static byte[] ProtectedHeader()
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(2);
        writer.WriteInt32(1);
        writer.WriteInt32(-8);
        writer.WriteInt32(4);
        writer.WriteByteString(Signer.Value.ToArray());
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] SecondEncoding(byte[] payload)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteTag((CborTag)18);
        writer.WriteStartArray(4);
        writer.WriteByteString(ProtectedHeader());
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteByteString(payload);
        writer.WriteByteString(Signature);
        writer.WriteEndArray();
        return writer.Encode();
    }
}
