using System.Text;
using CsCheck;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client.Tests;

public sealed class OwnerPolicyFileTests
{
    internal const string Good = """
        {
          // who and what
          "version": 1,
          "kind": "data",
          "apps": ["1111111111111111111111111111111111111111111111111111111111111111"],
          "data": [],
          "requesters": "any",
          "recipients": ["2222222222222222222222222222222222222222222222222222222222222222"],
          "arguments": [["--by", "age"], []],
          "secretArguments": false,
          "custody": { "executors": ["4444444444444444444444444444444444444444444444444444444444444444", "3333333333333333333333333333333333333333333333333333333333333333"] },
          "minEligibleExecutors": 2,
          "accepts": 10,
          "outputLimitBytes": 65536,
          "logLimitBytes": 0,
          "paddingBytes": 4096,
        }
        """;

    [Fact]
    public void Good_file_gives_every_value()
    {
        OwnerPolicy policy = Parse(Good);
        Assert.Equal(AssetKind.Data, policy.Kind);
        Assert.Equal(Filled(0x11), Assert.Single(policy.Apps.Items).Value);
        Assert.False(policy.Data.IsAny);
        Assert.Empty(policy.Data.Items);
        Assert.True(policy.Requesters.IsAny);
        Assert.Equal(Filled(0x22), Assert.Single(policy.Recipients.Items));
        Assert.Equal([["--by", "age"], []], policy.Arguments.Lists.Select(list => list.ToArray()));
        Assert.False(policy.SecretArguments);
        Assert.Equal(CustodyClass.Executors, policy.Custody.Class);
        Assert.Equal([Filled(0x33), Filled(0x44)], policy.Custody.Keys.Select(key => key.Value));
        Assert.Equal((2, 10L, 65536L, 0L, 4096L), (policy.EligibleExecutorsMin, policy.Budget.Accepts, policy.OutputBytesMax, policy.LogBytesMax, policy.PaddingBytes));
    }

    [Fact]
    public void Digest_is_over_canonical_bytes_and_not_over_the_text()
    {
        OwnerPolicy policy = Parse(Good);
        Assert.True(CanonicalCbor.IsCanonical(policy.Encode()));
        OwnerPolicy other = Parse(Good.Replace("// who and what", "/* other */", StringComparison.Ordinal).Replace("\n", "\n\n", StringComparison.Ordinal));
        Assert.Equal(policy.Digest(), other.Digest());
    }

    [Theory]
    [InlineData("\"any\"", "[]")]
    [InlineData("1111111", "1111112")]
    [InlineData("\"data\": []", "\"data\": \"any\"")]
    [InlineData("2222222", "2222223")]
    [InlineData("\"age\"", "\"sex\"")]
    [InlineData(", []]", "]")]
    [InlineData("[[\"--by\", \"age\"], []]", "\"any\"")]
    [InlineData("\"secretArguments\": false", "\"secretArguments\": true")]
    [InlineData("\"executors\"", "\"operators\"")]
    [InlineData("3333333", "3333334")]
    [InlineData("\"minEligibleExecutors\": 2", "\"minEligibleExecutors\": 3")]
    [InlineData("\"accepts\": 10", "\"accepts\": 11")]
    [InlineData("65536", "65537")]
    [InlineData("\"logLimitBytes\": 0", "\"logLimitBytes\": 1")]
    [InlineData("4096", "4097")]
    public void Every_value_changes_the_digest(string from, string to)
    {
        string changed = Good.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Good, changed);
        Assert.NotEqual(Parse(Good).Digest(), Parse(changed).Digest());
    }

    [Theory]
    [InlineData("\"accepts\"", "\"acepts\"", "Line 13: There is no member \"acepts\". Did you mean \"accepts\"?")]
    [InlineData("\"accepts\": 10", "\"wholly-unknown\": 10", "There is no member \"wholly-unknown\". Known members are version, ")]
    [InlineData("\"accepts\": 10", "\"accepts\": 10, \"accepts\": 11", "Duplicate property")]
    [InlineData("\"secretArguments\": false,", "", "Members are missing: secretArguments.")]
    [InlineData("\"accepts\": 10", "\"accepts\": -1", "\"accepts\" must be 0 to 4294967295.")]
    [InlineData("\"accepts\": 10", "\"accepts\": \"10\"", "Line 13: \"accepts\": The value is of another type")]
    [InlineData("4096", "0", "\"paddingBytes\" must be 1 to 1073741824.")]
    [InlineData("\"version\": 1", "\"version\": 2", "\"version\" must be 1 is the only one there is.")]
    [InlineData("\"kind\": \"data\"", "\"kind\": \"Data\"", "\"kind\" must be \"app\" or \"data\".")]
    [InlineData("\"kind\": \"data\"", "\"kind\": \"app\"", "\"apps\" must be left out")]
    [InlineData("\"requesters\": \"any\"", "\"requesters\": \"Any\"", "Line 7: \"requesters\": The only word allowed here is \"any\".")]
    [InlineData("\"requesters\": \"any\"", "\"requesters\": null", "requesters")]
    [InlineData("\"requesters\": \"any\"", "\"requesters\": [\"ABC\"]", "64 lower-case hexadecimal digits each, not \"ABC\"")]
    [InlineData("\"requesters\": \"any\"", "\"requesters\": [null]", "Only texts may stand in this list.")]
    [InlineData("[[\"--by\", \"age\"], []]", "[\"--by\"]", "Each item must be a list of arguments")]
    [InlineData("{ \"executors\"", "{ \"executor\"", "is expected here")]
    [InlineData("\"3333333333333333333333333333333333333333333333333333333333333333\"] }", "\"3333333333333333333333333333333333333333333333333333333333333333\"], \"operators\": [] }", "is expected here")]
    [InlineData("\"paddingBytes\": 4096,\n}", "\"paddingBytes\": 4096,\n} true", "Line 17")]
    public void Mistakes_are_refused_with_line_and_hint(string from, string to, string expected)
    {
        string bad = Good.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Good, bad);
        Assert.False(OwnerPolicyFile.TryParse(Encoding.UTF8.GetBytes(bad), out OwnerPolicy? policy, out string? error));
        Assert.Null(policy);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_custody_list_is_refused()
    {
        string bad = Good.Replace("\"4444444444444444444444444444444444444444444444444444444444444444\", \"3333333333333333333333333333333333333333333333333333333333333333\"", "", StringComparison.Ordinal);
        Assert.False(OwnerPolicyFile.TryParse(Encoding.UTF8.GetBytes(bad), out _, out string? error));
        Assert.Contains("custody", error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_input_makes_the_parser_throw()
    {
        byte[] good = Encoding.UTF8.GetBytes(Good);
        for (int length = 0; length < good.Length; length++) Assert.False(OwnerPolicyFile.TryParse(good.AsSpan(0, length), out _, out _));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Sample(
            (at, value) =>
            {
                byte[] bad = [.. good];
                bad[at] = value;
                bool read = OwnerPolicyFile.TryParse(bad, out OwnerPolicy? policy, out string? error);
                return read == policy is not null && read == error is null;
            },
            iter: 2000);
    }

    [Fact]
    public void Review_names_what_is_dangerous()
    {
        Assert.Contains(PolicyReview.Of(Parse(Good)).Dangers, danger => danger.StartsWith("Any requester", StringComparison.Ordinal));
        string open = Good.Replace("{ \"executors\": [\"4444444444444444444444444444444444444444444444444444444444444444\", \"3333333333333333333333333333333333333333333333333333333333333333\"] }", "\"any\"", StringComparison.Ordinal);
        PolicyReview review = PolicyReview.Of(Parse(open));
        Assert.Contains(review.Dangers, danger => danger.StartsWith("Any custody", StringComparison.Ordinal));
        Assert.Contains("Executors: any qualified one of the network.", review.Allows);
    }

    internal static OwnerPolicy Parse(string json)
    {
        bool read = OwnerPolicyFile.TryParse(Encoding.UTF8.GetBytes(json), out OwnerPolicy? policy, out string? error);
        Assert.True(read, error);
        return policy!;
    }

    private static Bytes32 Filled(byte value)
    {
        var bytes = new byte[32];
        Array.Fill(bytes, value);
        return new Bytes32(bytes);
    }
}
