using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>Runtime claims: strict JSON, strict keys.</summary>
public sealed class HclRuntimeDataTests
{
    private static readonly string Ak = HclMaker.Key("HCLAkPub", "sign", HclMaker.AttestationKey);
    private static readonly string Ek = HclMaker.Key("HCLEkPub", "encrypt", HclMaker.EndorsementKey);

    [Fact]
    public void Good_claims_are_read()
    {
        HclRuntimeData data = Parse(HclMaker.Claims())!;
        Assert.Equal(HclMaker.AttestationKey.ExportSubjectPublicKeyInfo(), data.AttestationKey.Encoded.ToArray());
        Assert.Equal(HclMaker.EndorsementKey.ExportSubjectPublicKeyInfo(), data.EndorsementKey!.Encoded.ToArray());
        Assert.Equal("true", data.VmConfiguration["secure-boot"]);
        Assert.Equal($"\"{HclMaker.VmId}\"", data.VmConfiguration["vmUniqueId"]);
        Assert.Equal(HclMaker.UserData, Convert.ToHexStringLower(data.UserData!.Value.Span));
    }

    [Theory]
    [InlineData("""{"keys":[AK],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[EK,AK],"vm-configuration":{},"other":{"a":[1,{"b":null}]}}""")]
    [InlineData("""{"keys":[{"kid":"HCLTransferKey"},AK],"vm-configuration":{"new":{"deep":1}}}""")]
    [InlineData("""  {"vm-configuration":{}, "keys":[AK] }  """)]
    public void Other_members_keys_and_orders_are_read(string claims) => Assert.NotNull(Parse(Fill(claims)));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"keys":[AK]}""")]
    [InlineData("""{"vm-configuration":{}}""")]
    [InlineData("""{"keys":{},"vm-configuration":{}}""")]
    [InlineData("""{"keys":[],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[EK],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK,AK],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK,{}],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK,7],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK,{"kid":"HCLEkPub"}],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK],"keys":[AK],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{"a":1,"a":1}}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{"a":1,"\u0061":1}}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{}} x""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{},}""")]
    [InlineData("""{"keys":[AK],/* */"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":[]}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{},"user-data":null}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{},"user-data":""}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{},"user-data":"00"}""")]
    [InlineData("""{"keys":[{"kid":"\ud800"},AK],"vm-configuration":{}}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":{"\ud800":1}}""")]
    [InlineData("""{"keys":[AK],"vm-configuration":[[[[[[[[[1]]]]]]]]]}""")]
    public void Claims_against_the_form_are_refused(string claims) => Assert.Null(Parse(Fill(claims)));

    [Theory]
    [InlineData("\"key_ops\":[\"encrypt\"],")]
    [InlineData("\"key_ops\":[],")]
    [InlineData("")]
    public void What_a_key_says_it_is_for_does_not_matter(string operations)
    {
        string ak = Ak.Replace("\"key_ops\":[\"sign\"],", operations, StringComparison.Ordinal);
        Assert.NotEqual(Ak, ak);
        Assert.NotNull(Parse(HclMaker.Claims(keys: $"[{ak}]")));
    }

    [Fact]
    public void User_data_must_be_64_bytes_of_hexadecimal()
    {
        Assert.NotNull(Parse(HclMaker.Claims(userData: HclMaker.UserData.ToUpperInvariant())));
        Assert.Null(Parse(HclMaker.Claims(userData: HclMaker.UserData + "00")));
        Assert.Null(Parse(HclMaker.Claims(userData: "g" + HclMaker.UserData[1..])));
    }

    [Theory]
    [InlineData("\"kty\":\"RSA\"", "\"kty\":\"EC\"")]
    [InlineData("\"kid\":\"HCLAkPub\"", "\"kid\":\"hclakpub\"")]
    [InlineData("\"e\":\"AQAB\"", "\"e\":\"AQ\"")] // exponent 1
    [InlineData("\"e\":\"AQAB\"", "\"e\":\"AQAA\"")] // even
    [InlineData("\"e\":\"AQAB\"", "\"e\":\"AAEAAQ\"")] // leading zero
    [InlineData("\"e\":\"AQAB\"", "\"e\":\"AQAB=\"")]
    [InlineData("\"e\":\"AQAB\"", "\"e\":\"AQ AB\"")]
    [InlineData("\"e\":\"AQAB\"", "\"e\":\"AQABA\"")]
    [InlineData("\"e\":\"AQAB\"", "\"e\":\"\"")]
    [InlineData("\"e\":\"AQAB\"", "\"e\":65537")]
    [InlineData("\"e\":\"AQAB\",", "")]
    [InlineData("\"n\":\"", "\"n\":\"AA")]
    [InlineData("\"n\":\"", "\"n\":\"+")]
    [InlineData("\"n\":\"", "\"m\":\"")]
    public void Key_that_is_no_signing_key_is_refused(string original, string changed)
    {
        Assert.Contains(original, Ak, StringComparison.Ordinal);
        Assert.Null(Parse(HclMaker.Claims(keys: $"[{Ak.Replace(original, changed, StringComparison.Ordinal)}]")));
    }

    [Fact]
    public void Short_key_and_invalid_utf8_are_refused()
    {
        using RSA small = RSA.Create(1024);
        Assert.Null(Parse(HclMaker.Claims(keys: $"[{HclMaker.Key("HCLAkPub", "sign", small)}]")));
        byte[] claims = Encoding.UTF8.GetBytes(HclMaker.Claims(configuration: "{\"a\":\"?\"}"));
        claims[Array.LastIndexOf(claims, (byte)'?')] = 0xFF;
        Assert.Null(HclRuntimeData.TryParse(claims));
    }

    private static string Fill(string claims) => claims.Replace("AK", "@A", StringComparison.Ordinal).Replace("EK", Ek, StringComparison.Ordinal).Replace("@A", Ak, StringComparison.Ordinal);

    private static HclRuntimeData? Parse(string claims) => HclRuntimeData.TryParse(Encoding.UTF8.GetBytes(claims));
}
