using System.Formats.Asn1;

namespace Errand.Attestation.Tests;

public sealed class DistinguishedNameTests
{
    private const string Other = "2.5.4.11";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Attribute_is_found_once_wherever_it_stands(bool oneSet)
    {
        Assert.Equal("a", Find(oneSet, (Oids.CommonName, "a"), (Other, "x")));
        Assert.Equal("a", Find(oneSet, (Other, "x"), (Oids.CommonName, "a")));
        Assert.Null(Find(oneSet, (Other, "x")));
        Assert.Null(Find(oneSet, (Oids.CommonName, "a"), (Oids.CommonName, "b")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Second_attribute_does_not_hide_behind_many_others(bool oneSet)
    {
        (string, string)[] many = [(Oids.CommonName, "a"), .. Enumerable.Repeat((Other, "x"), 31)];
        Assert.Equal("a", Find(oneSet, many));
        Assert.Null(Find(oneSet, [.. many, (Oids.CommonName, "b")]));
    }

    [Fact]
    public void Attribute_with_something_behind_its_value_is_no_name()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.CommonName);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, "a");
            writer.WriteNull();
        }
        Assert.Null(DistinguishedName.Find(writer.Encode(), Oids.CommonName));
    }

    [Fact]
    public void Text_has_the_last_attribute_first_and_escapes_what_it_must()
    {
        Assert.Equal("CN=a,OU=x", DistinguishedName.ToText(Encode(oneSet: false, (Other, "x"), (Oids.CommonName, "a"))));
        Assert.Equal("OU=x+CN=a", DistinguishedName.ToText(Encode(oneSet: true, (Other, "x"), (Oids.CommonName, "a"))));
        Assert.Equal(@"CN=\ K:1\, 3+4\;\<\>\""\\\ ".Replace("3+4", @"3\+4", StringComparison.Ordinal), DistinguishedName.ToText(Encode(oneSet: false, (Oids.CommonName, @" K:1, 3+4;<>""\ "))));
        Assert.Equal(@"CN=\#1", DistinguishedName.ToText(Encode(oneSet: false, (Oids.CommonName, "#1"))));
        Assert.Equal("1.2.3=a b", DistinguishedName.ToText(Encode(oneSet: false, ("1.2.3", "a b"))));
        Assert.Equal("", DistinguishedName.ToText(new byte[] { 0x30, 0 }));
        Assert.Null(DistinguishedName.ToText(new byte[] { 0x30, 1 }));
        Assert.Null(DistinguishedName.ToText(Encode(oneSet: false, [.. Enumerable.Repeat((Other, "x"), 33)])));
    }

    private static string? Find(bool oneSet, params (string Oid, string Value)[] attributes) => DistinguishedName.Find(Encode(oneSet, attributes), Oids.CommonName);

    private static byte[] Encode(bool oneSet, params (string Oid, string Value)[] attributes)
    {
        // The rules of BER leave a SET in the order written, as makers of EK certificates do.
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
            foreach ((string, string)[] set in oneSet ? [attributes] : attributes.Select(attribute => new[] { attribute }))
                using (writer.PushSetOf())
                    foreach ((string oid, string value) in set)
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(oid);
                            writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                        }
        return writer.Encode();
    }
}
