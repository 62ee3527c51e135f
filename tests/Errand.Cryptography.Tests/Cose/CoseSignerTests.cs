using CsCheck;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class CoseSignerTests
{
    private static readonly byte[] Network = new byte[32];

    [Fact]
    public void A_signed_frame_parses_and_verifies() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 400]).Sample((seed, externalAad, payload) =>
        {
            using var key = SigningKey.FromSeed(seed);
            CoseSign1 frame = CoseSigner.Sign(key, externalAad, payload);
            CoseSign1? parsed = CoseSign1.TryParse(frame.Encoded.Span);
            return parsed is not null
                && parsed.Signer == key.PublicKey
                && parsed.Payload.SequenceEqual(payload)
                && parsed.VerifySignature(externalAad);
        }, iter: 200);

    [Fact]
    public void Every_flipped_byte_is_refused()
    {
        using var key = SigningKey.FromSeed(new byte[32]);
        byte[] frame = CoseSigner.Sign(key, Network, new byte[300]).Encoded.ToArray();
        Gen.Select(Gen.Int[0, frame.Length - 1], Gen.Byte[1, 255]).Sample((index, change) =>
        {
            var copy = frame.ToArray();
            copy[index] ^= change;
            return !Accepts(copy);
        }, iter: 2_000);
        for (int index = 0; index < frame.Length; index++)
        {
            var copy = frame.ToArray();
            copy[index] ^= 0x01;
            Assert.False(Accepts(copy), $"byte {index}");
        }
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        using var key = SigningKey.FromSeed(new byte[32]);
        byte[] frame = CoseSigner.Sign(key, Network, new byte[30]).Encoded.ToArray();
        for (int length = 0; length < frame.Length; length++) Assert.False(Accepts(frame[..length]));
        Assert.True(Accepts(frame));
    }

    [Fact]
    public void Another_external_aad_is_refused()
    {
        using var key = SigningKey.Generate();
        CoseSign1 frame = CoseSigner.Sign(key, Network, [1]);
        Assert.False(frame.VerifySignature([]));
        Assert.False(frame.VerifySignature([.. Network, 0]));
        Assert.True(frame.VerifySignature(Network));
    }

    [Fact]
    public void T_68_unprotected_header_is_refused()
    {
        byte[] frame = Signed([1, 2, 3]);
        Assert.Equal(0xA0, frame[42]);
        Assert.Null(CoseSign1.TryParse([.. frame[..42], 0xA1, 0x01, 0x27, .. frame[43..]]));
    }

    [Fact]
    public void T_68_untagged_frame_is_refused()
    {
        byte[] frame = Signed([1, 2, 3]);
        Assert.Null(CoseSign1.TryParse(frame.AsSpan(1)));
        Assert.Null(CoseSign1.TryParse([0xD8, 0x12, .. frame[1..]]));
        Assert.Null(CoseSign1.TryParse([0xD1, .. frame[1..]]));
    }

    [Fact]
    public void T_68_non_shortest_lengths_are_refused()
    {
        byte[] frame = Signed([1, 2, 3]);
        Assert.Equal(0x43, frame[43]);
        Assert.NotNull(CoseSign1.TryParse(frame));
        Assert.Null(CoseSign1.TryParse([.. frame[..43], 0x58, 0x03, .. frame[44..]]));
        Assert.Null(CoseSign1.TryParse([.. frame[..43], 0x59, 0x00, 0x03, .. frame[44..]]));
        Assert.Null(CoseSign1.TryParse([.. frame[..43], 0x5F, 0x43, 1, 2, 3, 0xFF, .. frame[47..]]));
        Assert.Null(CoseSign1.TryParse([0xD2, 0x98, 0x04, .. frame[2..]]));
        Assert.Null(CoseSign1.TryParse([0xD2, 0x84, 0x59, 0x00, 0x26, .. frame[4..]]));
        Assert.Null(CoseSign1.TryParse([.. frame[..47], 0x59, 0x00, 0x40, .. frame[49..]]));
    }

    [Fact]
    public void T_68_longer_frames_are_refused()
    {
        Assert.Null(CoseSign1.TryParse([.. Signed([1, 2, 3]), 0]));
        int overhead = Signed(new byte[60_000]).Length - 60_000;
        byte[] longest = Signed(new byte[CoseSign1.SizeMax - overhead]);
        Assert.Equal(CoseSign1.SizeMax, longest.Length);
        Assert.True(Accepts(longest));
        using var key = SigningKey.Generate();
        Assert.Throws<ArgumentException>(() => CoseSigner.Sign(key, Network, new byte[CoseSign1.SizeMax - overhead + 1]));
        // A frame that says its true length and is one byte too long, so that the limit alone can refuse it.
        var tooLong = new byte[CoseSign1.SizeMax + 1];
        longest.AsSpan(0, 46).CopyTo(tooLong);
        int payload = CoseSign1.SizeMax - overhead + 1;
        tooLong[44] = (byte)(payload >> 8);
        tooLong[45] = unchecked((byte)payload);
        tooLong[^66] = 0x58;
        tooLong[^65] = 0x40;
        Assert.Null(CoseSign1.TryParse(tooLong));
    }

    private static byte[] Signed(byte[] payload)
    {
        using var key = SigningKey.FromSeed(new byte[32]);
        return CoseSigner.Sign(key, Network, payload).Encoded.ToArray();
    }

    private static bool Accepts(byte[] frame) => CoseSign1.TryParse(frame)?.VerifySignature(Network) == true;
}
