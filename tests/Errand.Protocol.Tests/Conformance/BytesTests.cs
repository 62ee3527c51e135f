using Errand.Cryptography;
using Errand.Primitives;
using Errand.Tests;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of an entry's bytes: signatures and CBOR at their edges.</summary>
public sealed class BytesTests
{
    // The group order, little-endian.
    private const string Order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

    [Fact]
    public void T_70_ed25519_edges_scalar_plus_group_order()
    {
        var network = new TestNetwork();
        byte[] good = network.Sign(network.AppOwner, network.Asset(network.AppOwner, AssetKind.App));
        byte[] order = Convert.FromHexString(Order);
        byte[] malleated = [.. good];
        Span<byte> scalar = malleated.AsSpan()[^32..];
        // S + L, S + 2L … as long as they fit: other bytes, the same equation.
        for (int times = 1; times <= 15; times++)
        {
            int carry = 0;
            for (int i = 0; i < 32; i++)
            {
                carry += scalar[i] + order[i];
                scalar[i] = (byte)(carry & 0xFF);
                carry >>= 8;
            }
            if (carry != 0) break;
            network.Refused("refused/signature", malleated);
        }
        Assert.True(network.Append(good).Applied);
    }

    [Fact]
    public void T_70_ed25519_edges_small_order_keys_and_points()
    {
        var network = new TestNetwork();
        byte[] payload = EntrySigner.Payload(1, network.Asset(network.AppOwner, AssetKind.App));
        // With A of small order, R of small order and S = 0 a lax verifier accepts one signature for any payload and one in eight keys.
        foreach (string a in SmallOrderPoints.Encodings)
        {
            var signer = new PublicKey(new Bytes32(Convert.FromHexString(a)));
            foreach (string r in SmallOrderPoints.Encodings)
            {
                byte[] signature = [.. Convert.FromHexString(r), .. new byte[32]];
                network.Refused("refused/signature", CoseSign1.Assemble(signer, payload, signature).Encoded.ToArray());
            }
        }
        foreach (string r in SmallOrderPoints.Encodings)
        {
            byte[] signature = [.. Convert.FromHexString(r), .. new byte[32]];
            network.Refused("refused/signature", CoseSign1.Assemble(network.AppOwner.Id, payload, signature).Encoded.ToArray());
        }
        Assert.Empty(network.State.Assets);
    }

    [Theory]
    [InlineData("duplicate key", "a400010105 00 0203a0")]
    [InlineData("keys out of order", "a40001020301050000")]
    [InlineData("key 24", "a20001181800")]
    [InlineData("negative key", "a2000120 00")]
    [InlineData("text key", "a1616100")]
    [InlineData("long integer, 8 bits", "a1001801")]
    [InlineData("long integer, 16 bits", "a100190001")]
    [InlineData("long integer, 32 bits", "a1001a00000001")]
    [InlineData("long integer, 64 bits", "a1001b0000000000000001")]
    [InlineData("long byte string length", "a100580100")]
    [InlineData("long array length", "a100980100")]
    [InlineData("indefinite bytes", "a1005f4100ff")]
    [InlineData("indefinite text", "a1007f6161ff")]
    [InlineData("indefinite array", "a1009f00ff")]
    [InlineData("indefinite map", "bf0000ff")]
    [InlineData("negative integer", "a10020")]
    [InlineData("float 1.0, half", "a100f93c00")]
    [InlineData("float 1.0, single", "a100fa3f800000")]
    [InlineData("float 1.0, double", "a100fb3ff0000000000000")]
    [InlineData("null", "a100f6")]
    [InlineData("undefined", "a100f7")]
    [InlineData("simple value", "a100f0")]
    [InlineData("tag", "a100c100")]
    [InlineData("bad UTF-8", "a10061ff")]
    [InlineData("overlong UTF-8", "a10062c080")]
    [InlineData("surrogate in UTF-8", "a10063eda080")]
    [InlineData("depth 9", "818181818181818181 00")]
    [InlineData("trailing byte", "a000")]
    [InlineData("cut short", "a100")]
    [InlineData("length beyond the end", "a1005affffffff00")]
    [InlineData("count beyond the end", "9affffffff")]
    [InlineData("nothing", "")]
    public void T_71_cbor_edges(string what, string payload)
    {
        var network = new TestNetwork();
        Assert.NotEmpty(what);
        byte[] bytes = Convert.FromHexString(payload.Replace(" ", "", StringComparison.Ordinal));
        network.Refused("refused/not-canonical", network.Frame(network.AppOwner, bytes));
        // The same inside the body of an entry, where the envelope is in order.
        byte[] wrapped = [0xA4, 0x00, 0x01, 0x01, 0x05, 0x02, 0x01, 0x03, .. bytes];
        network.Refused("refused/not-canonical", network.Frame(network.AppOwner, wrapped));
    }

    [Fact]
    public void T_71_cbor_edges_depth_8_is_no_edge()
    {
        var network = new TestNetwork();
        byte[] depth8 = [0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x00];
        network.Refused("refused/envelope", network.Frame(network.AppOwner, depth8));
    }
}
