using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Errand.Attestation.Tests;

/// <summary>Evidence as attesters send it, in both versions and for both kinds of processor.</summary>
public sealed class AzureEvidenceJsonTests
{
    private static readonly byte[] Report = [1, 2, 3];
    private static readonly byte[] Message = [4, 5];
    private static readonly byte[] Signature = [6];
    private static readonly byte[] Vcek = [0x30, 0];
    private static readonly byte[] TdQuote = [7, 8, 9, 10];

    [Fact]
    public void Each_form_gives_the_same_evidence()
    {
        string pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        JsonObject oldQuote = new() { ["message"] = Numbers(Message), ["signature"] = Numbers(Signature), ["pcrs"] = Pcrs(Numbers) };
        AssertSnp(new JsonObject { ["quote"] = oldQuote.DeepClone(), ["report"] = Numbers(Report), ["vcek"] = pem });
        AssertTdx(new JsonObject { ["tpm_quote"] = oldQuote, ["hcl_report"] = Numbers(Report), ["td_quote"] = Numbers(TdQuote) });
        AssertSnp(New(("vcek", Url(Vcek))));
        AssertTdx(New(("td_quote", Url(TdQuote))));
        AssertTdx(New(("td_quote", Url(TdQuote) + "==")));
        AssertTdx(New(("td_quote", Url(TdQuote)), ("later", "member")));
    }

    [Theory]
    [InlineData("version", "2")]
    [InlineData("version", "\"1\"")]
    [InlineData("hcl_report", null)]
    [InlineData("hcl_report", "\"%\"")]
    [InlineData("hcl_report", "\"A A\"")]
    [InlineData("hcl_report", "[256]")]
    [InlineData("hcl_report", "[-1]")]
    [InlineData("hcl_report", "[1.5]")]
    [InlineData("hcl_report", "[\"1\"]")]
    [InlineData("hcl_report", "{}")]
    [InlineData("td_quote", null)]
    [InlineData("vcek", "\"MAA\"")]
    [InlineData("tpm_quote", null)]
    [InlineData("tpm_quote", "[]")]
    [InlineData("tpm_quote.message", "\"0\"")]
    [InlineData("tpm_quote.message", "\"xy\"")]
    [InlineData("tpm_quote.signature", null)]
    [InlineData("tpm_quote.pcrs", null)]
    [InlineData("tpm_quote.pcrs", "[\"00\"]")]
    [InlineData("tpm_quote.pcrs", "[null]")]
    public void Member_of_another_form_is_refused(string path, string? json)
    {
        JsonObject evidence = New(("td_quote", Url(TdQuote)));
        string[] parts = path.Split('.');
        JsonObject parent = parts.Length == 1 ? evidence : evidence[parts[0]]!.AsObject();
        parent.Remove(parts[^1]);
        if (json is not null) parent[parts[^1]] = JsonNode.Parse(json);
        Assert.Null(Parse(evidence));
    }

    [Fact]
    public void More_pcrs_than_a_bank_has_and_repeated_members_are_refused()
    {
        JsonObject evidence = New(("td_quote", Url(TdQuote)));
        evidence["tpm_quote"]!["pcrs"]!.AsArray().Add(Convert.ToHexStringLower(new byte[32]));
        Assert.Null(Parse(evidence));
        string good = New(("td_quote", Url(TdQuote))).ToJsonString();
        Assert.NotNull(AzureEvidenceJson.TryParse(Encoding.UTF8.GetBytes(good)));
        Assert.Null(AzureEvidenceJson.TryParse(Encoding.UTF8.GetBytes(good.Replace("\"version\":1", "\"version\":1,\"version\":1", StringComparison.Ordinal))));
        Assert.Null(AzureEvidenceJson.TryParse(Encoding.UTF8.GetBytes(good + new string(' ', AzureEvidenceJson.SizeMax))));
    }

    private static JsonObject New(params (string Name, string Value)[] members)
    {
        var evidence = new JsonObject
        {
            ["version"] = 1,
            ["tpm_quote"] = new JsonObject { ["message"] = Convert.ToHexStringLower(Message), ["signature"] = Convert.ToHexStringLower(Signature), ["pcrs"] = Pcrs(pcr => JsonValue.Create(Convert.ToHexStringLower(pcr))) },
            ["hcl_report"] = Url(Report),
        };
        foreach ((string name, string value) in members) evidence[name] = value;
        return evidence;
    }

    private static JsonArray Pcrs(Func<byte[], JsonNode> encode) => [.. Enumerable.Range(0, 24).Select(index => encode(Pcr(index)))];

    private static byte[] Pcr(int index) => [.. Enumerable.Repeat((byte)index, 32)];

    private static JsonNode Numbers(byte[] bytes) => new JsonArray([.. bytes.Select(value => (JsonNode)(int)value)]);

    private static string Url(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static AzureVtpmEvidence? Parse(JsonObject json) => AzureEvidenceJson.TryParse(JsonSerializer.SerializeToUtf8Bytes(json));

    private static void AssertSnp(JsonObject json) => Assert.Equal(Vcek, Assert.Single(Assert.IsType<AzureEndorsement.SevSnp>(AssertCommon(json)).Certificates).ToArray());

    private static void AssertTdx(JsonObject json) => Assert.Equal(TdQuote, Assert.IsType<AzureEndorsement.Tdx>(AssertCommon(json)).Quote.ToArray());

    private static AzureEndorsement AssertCommon(JsonObject json)
    {
        AzureVtpmEvidence evidence = Parse(json)!;
        Assert.Equal(Report, evidence.HclReport.ToArray());
        Assert.Equal(Message, evidence.Quote.ToArray());
        Assert.Equal(Signature, evidence.Signature.ToArray());
        PcrBank bank = Assert.Single(evidence.Pcrs);
        Assert.Equal(TpmAlgorithm.Sha256, bank.Algorithm);
        for (int index = 0; index < 24; index++) Assert.Equal(Pcr(index), bank[index].ToArray());
        return evidence.Endorsement;
    }
}
