using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Client.Tests;

/// <summary>The header by which a served ledger knows who appends.</summary>
public sealed class RequestSignatureTests
{
    private static readonly NetworkId Network = new(default);

    [Fact]
    public void A_token_is_read_in_its_one_form_only()
    {
        using var key = SigningKey.Generate();
        RequestSignature made = RequestSignature.Sign(key, Network, RequestInstance.Draw(), 7, "POST", "/ledger", [1, 2]);
        string token = made.ToToken();
        Assert.True(RequestSignature.TryParse(token, out RequestSignature? read));
        Assert.True(read.Verify(Network, "POST", "/ledger", [1, 2]));
        Assert.EndsWith("=", token, StringComparison.Ordinal);
        // The last digit before the padding has bits that nothing reads.
        char last = token.TrimEnd('=')[^1];
        foreach (char other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".Where(digit => digit != last))
        {
            string changed = token.Replace(last + "=", other + "=", StringComparison.Ordinal);
            Assert.False(RequestSignature.TryParse(changed, out RequestSignature? again) && again.Verify(Network, "POST", "/ledger", [1, 2]), changed);
        }
        foreach (string form in new[] { " " + token, token + "\n", token.Insert(9, " "), token.TrimEnd('='), token + "=", token[..^4], "" }) Assert.False(RequestSignature.TryParse(form, out _), form);
        Assert.False(RequestSignature.TryParse(null, out _));
    }

    [Fact]
    public void A_signature_holds_for_one_request_of_one_run_of_one_network()
    {
        using var key = SigningKey.Generate();
        var instance = RequestInstance.Draw();
        RequestSignature made = RequestSignature.Sign(key, Network, instance, 7, "POST", "/ledger", [1, 2]);
        Assert.True(made.Verify(Network, "POST", "/ledger", [1, 2]));
        Assert.False(made.Verify(new NetworkId(new Bytes32(Enumerable.Repeat((byte)1, 32).ToArray())), "POST", "/ledger", [1, 2]));
        Assert.False(made.Verify(Network, "PUT", "/ledger", [1, 2]));
        Assert.False(made.Verify(Network, "POST", "/ledger?x", [1, 2]));
        Assert.False(made.Verify(Network, "POST", "/ledger", [1, 3]));
        Assert.False((made with { Number = 8 }).Verify(Network, "POST", "/ledger", [1, 2]));
        Assert.False((made with { Instance = RequestInstance.Draw() }).Verify(Network, "POST", "/ledger", [1, 2]));
    }
}
