using System.Text.Json.Nodes;
using CsCheck;

namespace Errand.Ledger.Tests;

/// <summary>A key that another program holds: anvil signs for its own accounts.</summary>
public sealed class EvmRemoteSignerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_are_appended_under_a_key_that_is_elsewhere()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        Assert.True(EvmAddress.TryParse((await rig.Anvil.CallAsync("eth_accounts"))[0].GetString(), out EvmAddress account));
        using var signer = new EvmRemoteSigner(rig.Anvil.Address, account, TimeProvider.System);
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", signer));
        for (int i = 0; i < 5; i++) Assert.Equal(i, (await ledger.AppendAsync(LedgerContract.Filled(1 + 300 * i, 1), Stop)).Position);
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("to")]
    [InlineData("maxFeePerGas")]
    [InlineData("data")]
    [InlineData("chainId")]
    public async Task What_was_not_asked_for_is_not_taken(string changed)
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        using EvmKey key = EvmKey.Generate();
        ScriptedEndpoint lying = await rig.EndpointAsync();
        var asked = new FeeTransaction(rig.Chain.ChainId, 7, 1, 2, 100_000, rig.Chain.Contract, LogContract.AppendCall([new byte[] { 1, 2, 3 }]));
        FeeTransaction signed = changed switch
        {
            "nonce" => asked with { Nonce = 8 },
            "to" => asked with { To = key.Address },
            "maxFeePerGas" => asked with { FeeMax = 3 },
            "data" => asked with { Data = LogContract.AppendCall([new byte[] { 1, 2, 4 }]) },
            _ => asked with { ChainId = 1 },
        };
        lying.Answer = (_, call, _) => Task.FromResult<JsonObject?>(ScriptedEndpoint.Result(call, RpcHex.Of(signed.Sign(key))));
        using var remote = new EvmRemoteSigner(lying.Address, key.Address, TimeProvider.System);
        LedgerException refused = await Assert.ThrowsAsync<LedgerException>(async () => await ((IEvmSigner)remote).SignAsync(asked, Stop));
        Assert.Contains("something else", refused.Message, StringComparison.Ordinal);
        lying.Answer = (_, call, _) => Task.FromResult<JsonObject?>(ScriptedEndpoint.Result(call, RpcHex.Of(asked.Sign(key))));
        Assert.Equal(asked.Sign(key), await ((IEvmSigner)remote).SignAsync(asked, Stop));
    }

    [Fact]
    public void Reading_never_fails_and_finds_what_was_written()
    {
        Gen.Byte.Array[0, 300].Array[0, 8].Sample(items =>
        {
            Assert.True(RlpReader.TryList(Rlp.List(items.Select(item => Rlp.Bytes(item))), out ReadOnlySpan<byte> rest));
            foreach (byte[] item in items)
            {
                Assert.True(RlpReader.TryItem(ref rest, out ReadOnlySpan<byte> content));
                Assert.Equal(item, content.ToArray());
            }
            Assert.True(rest.IsEmpty);
        });
        Gen.Byte.Array[0, 80].Sample(bytes =>
        {
            if (!RlpReader.TryList(bytes, out ReadOnlySpan<byte> rest)) return;
            while (RlpReader.TryItem(ref rest, out _)) { }
        });
    }
}
