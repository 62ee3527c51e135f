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

    private static string? Find(bool oneSet, params (string Oid, string Value)[] attributes)
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
        return DistinguishedName.Find(writer.Encode(), Oids.CommonName);
    }
}
