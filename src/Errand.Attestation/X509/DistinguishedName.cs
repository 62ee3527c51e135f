using System.Formats.Asn1;

namespace Errand.Attestation;

/// <summary>Looks up attributes in a DER Name (RFC 5280 section 4.1.2.4).</summary>
internal static class DistinguishedName
{
    private const int AttributeCountMax = 32;

    /// <summary>The text of the one attribute of a type; null when there is none, more than one, or it is no text, and for a name of more than 32 attributes.</summary>
    internal static string? Find(ReadOnlyMemory<byte> name, string attributeOid)
    {
        try
        {
            var reader = new AsnReader(name, AsnEncodingRules.DER);
            AsnReader sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            string? found = null;
            for (int count = 0; sequence.HasData;)
            {
                // An EK certificate's SAN may hold all attributes in one SET, which DER need not sort for them to be read.
                AsnReader set = sequence.ReadSetOf(skipSortOrderValidation: true);
                while (set.HasData)
                {
                    if (count++ == AttributeCountMax) return null;
                    AsnReader attribute = set.ReadSequence();
                    string oid = attribute.ReadObjectIdentifier();
                    string? value = ReadText(attribute);
                    attribute.ThrowIfNotEmpty();
                    if (oid != attributeOid) continue;
                    if (found is not null || value is null) return null;
                    found = value;
                }
            }
            return found;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string? ReadText(AsnReader attribute)
    {
        Asn1Tag tag = attribute.PeekTag();
        if (tag == new Asn1Tag(UniversalTagNumber.UTF8String)) return attribute.ReadCharacterString(UniversalTagNumber.UTF8String);
        if (tag == new Asn1Tag(UniversalTagNumber.PrintableString)) return attribute.ReadCharacterString(UniversalTagNumber.PrintableString);
        if (tag == new Asn1Tag(UniversalTagNumber.IA5String)) return attribute.ReadCharacterString(UniversalTagNumber.IA5String);
        attribute.ReadEncodedValue();
        return null;
    }
}
