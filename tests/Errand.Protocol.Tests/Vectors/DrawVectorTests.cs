using Errand.Cryptography;

namespace Errand.Protocol.Tests;

/// <summary>Draws and receipts, from which another implementation can learn each step by itself.</summary>
public sealed class DrawVectorTests
{
    [Fact]
    public void Draws_are_those_of_the_vectors()
    {
        var made = new DrawVector([.. DrawVectors.Lotteries()], [.. DrawVectors.Seeds()], [.. DrawVectors.Beacons()]);
        if (ProtocolVectors.Rewrite) ProtocolVectors.Save("draws", made);
        DrawVector vector = ProtocolVectors.Load<DrawVector>("draws");
        Assert.Equivalent(vector, made, strict: true);
        Assert.Contains(vector.Lotteries, draw => draw.Seat);
        Assert.Contains(vector.Lotteries, draw => !draw.Seat);
        Assert.Contains(vector.Beacons, beacon => beacon.NextWeak);
        var beta = new byte[Vrf.OutputSize];
        Assert.All(vector.Lotteries, draw => Assert.True(Vrf.TryVerify(
            new(Hash(draw.VrfKey)), Convert.FromHexString(draw.Input), Convert.FromHexString(draw.Proof), beta) && Convert.ToHexStringLower(beta) == draw.Beta));
        // What is proven over one input is nothing over another.
        Assert.All(vector.Lotteries.Zip(vector.Lotteries.Skip(1)), pair => Assert.False(Vrf.TryVerify(
            new(Hash(pair.First.VrfKey)), Convert.FromHexString(pair.Second.Input), Convert.FromHexString(pair.First.Proof), beta)));
    }

    [Fact]
    public void Receipts_are_those_of_the_vectors()
    {
        ReceiptVector[] made = [.. DrawVectors.Receipts()];
        if (ProtocolVectors.Rewrite) ProtocolVectors.Save("receipts", made);
        Assert.Equivalent(ProtocolVectors.Load<ReceiptVector[]>("receipts"), made, strict: true);
        Assert.Equal(3, made.Count(receipt => receipt.Opened is not null));
        Assert.Equal(4, made.Count(receipt => receipt.Opened is null));
    }

    private static Primitives.Bytes32 Hash(string hex)
    {
        Assert.True(Primitives.Bytes32.TryParseHex(hex, out Primitives.Bytes32 value));
        return value;
    }
}
