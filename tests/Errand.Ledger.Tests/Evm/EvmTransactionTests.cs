using System.Globalization;
using System.Text;
using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>Keys, addresses, transactions and calls are byte for byte what others make of them.</summary>
public sealed class EvmTransactionTests
{
    private static readonly Gen<Bytes32> Hashes = Gen.Byte.Array[32].Select(bytes => new Bytes32(bytes));

    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void Keccak_is_the_one_from_before_the_standard(string text, string hash) => Assert.Equal(hash, Keccak.Hash(Encoding.ASCII.GetBytes(text)).ToString());

    [Theory]
    // The curve's base point, and the highest key.
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "0x80C0dbf239224071c59dD8970ab9d542E3414aB2")]
    public void Addresses_come_from_keys(string secret, string address)
    {
        Assert.True(EvmKey.TryImport(Convert.FromHexString(secret), out EvmKey? key));
        using (key) Assert.Equal(address, key.Address.ToString());
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("01")]
    public void What_is_no_key_is_refused(string secret) => Assert.False(EvmKey.TryImport(Convert.FromHexString(secret), out _));

    [Theory]
    // EIP-55's own examples.
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    public void Checksums_of_addresses(string text)
    {
        Assert.True(EvmAddress.TryParse(text, out EvmAddress address));
        Assert.Equal(text, address.ToString());
        Assert.True(EvmAddress.TryParse(text.ToLowerInvariant(), out EvmAddress lower));
        Assert.Equal(address, lower);
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0X5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    public void Addresses_with_a_slip_are_refused(string text) => Assert.False(EvmAddress.TryParse(text, out _));

    [Fact]
    public void Signatures_lead_back_to_their_key_and_nothing_else_does() => Hashes.Select(Gen.Int[0, 255]).Sample(
        (hash, bit) =>
        {
            using EvmKey key = EvmKey.Generate();
            EvmSignature signature = key.Sign(hash);
            Assert.Equal(key.Address, signature.Recover(hash));
            Assert.Equal(signature, key.Sign(hash));
            byte[] other = hash.ToArray();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(key.Address, signature.Recover(new Bytes32(other)));
            Assert.NotEqual(key.Address, (signature with { OddY = !signature.OddY }).Recover(hash));
        },
        iter: 40);

    [Fact]
    public void Signatures_out_of_range_are_nobodys()
    {
        var order = new Bytes32(EvmSignature.Curve.N.ToByteArrayUnsigned());
        Bytes32 high = new(EvmSignature.Curve.N.Subtract(Org.BouncyCastle.Math.BigInteger.One).ToByteArrayUnsigned()), one = new([.. new byte[31], 1]), hash = Keccak.Hash([1]);
        foreach ((Bytes32 r, Bytes32 s) in ((Bytes32, Bytes32)[])[(default, one), (one, default), (order, one), (one, order), (one, high)])
            Assert.Null(new EvmSignature(r, s, OddY: false).Recover(hash));
        // No point has this x.
        Assert.Null(new EvmSignature(new Bytes32([.. new byte[31], 5]), one, OddY: false).Recover(hash));
    }

    [Fact]
    public async Task Transactions_are_those_that_cast_makes()
    {
        // Each is a process of its own: few, but the edges among them.
        var random = new Random(20_261_123);
        for (int i = 0; i < 24; i++)
        {
            using EvmKey key = i < 6 ? Small(i + 1) : EvmKey.Generate();
            ulong priority = i % 3 == 0 ? 0 : (ulong)random.NextInt64(1, 1L << 40);
            var to = new EvmAddress(Enumerable.Range(0, 20).Select(_ => (byte)random.Next(i % 5 == 0 ? 1 : 256)).ToArray());
            byte[][] entries = [.. Enumerable.Range(0, 1 + i % 4).Select(_ => Bytes(random, random.Next(i % 2 == 0 ? 40 : 2_000)))];
            var transaction = new FeeTransaction((ulong)random.NextInt64(1, 1L << 53), i % 4 == 0 ? 0 : (ulong)random.NextInt64(1L << 40), priority, priority + (ulong)random.NextInt64(1L << 40), 21_000UL + (ulong)random.NextInt64(1L << 24),
                to, LogContract.AppendCall([.. entries.Select(entry => (ReadOnlyMemory<byte>)entry)]));
            string[] call = entries.Length == 1 ? ["append(bytes)", RpcHex.Of(entries[0])] : ["appendMany(bytes[])", $"[{string.Join(',', entries.Select(entry => RpcHex.Of(entry)))}]"];
            string expected = await EvmTools.CastAsync(
            [
                "mktx", "--private-key", RpcHex.Of(key.Export()), "--chain", Text(transaction.ChainId), "--nonce", Text(transaction.Nonce), "--gas-limit", Text(transaction.Gas),
                "--gas-price", Text(transaction.FeeMax), "--priority-gas-price", Text(transaction.PriorityFee), to.ToString(), .. call,
            ]);
            Assert.Equal(expected, RpcHex.Of(transaction.Sign(key)));
        }
    }

    private static EvmKey Small(int number)
    {
        Assert.True(EvmKey.TryImport([.. new byte[31], (byte)number], out EvmKey? key));
        return key;
    }

    private static byte[] Bytes(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
