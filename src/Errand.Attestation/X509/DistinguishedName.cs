using System.Formats.Asn1;
using System.Text;

namespace Errand.Attestation;

/// <summary>Looks up attributes in a DER Name (RFC 5280 section 4.1.2.4), and writes it as text.</summary>
internal static class DistinguishedName
{
    private const int AttributeCountMax = 32;

    private static readonly UniversalTagNumber[] Texts =
        [UniversalTagNumber.UTF8String, UniversalTagNumber.PrintableString, UniversalTagNumber.IA5String, UniversalTagNumber.T61String, UniversalTagNumber.BMPString];

    /// <summary>RFC 4514 section 3.</summary>
    private static readonly Dictionary<string, string> ShortNames = new()
    {
        [Oids.CommonName] = "CN",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        [Oids.Organization] = "O",
        ["2.5.4.11"] = "OU",
        ["0.9.2342.19200300.100.1.1"] = "UID",
        ["0.9.2342.19200300.100.1.25"] = "DC",
    };

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

    /// <summary>
    /// The name as text (RFC 4514): last attribute first, types by short name or OID, special characters behind a backslash, a value that is
    /// no text as # and its DER in hexadecimal. Null when it is no name in DER or has more than 32 attributes.
    /// </summary>
    internal static string? ToText(ReadOnlyMemory<byte> name)
    {
        try
        {
            var reader = new AsnReader(name, AsnEncodingRules.DER);
            AsnReader sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            List<string> parts = [];
            for (int count = 0; sequence.HasData;)
            {
                List<string> attributes = [];
                AsnReader set = sequence.ReadSetOf(skipSortOrderValidation: true);
                while (set.HasData)
                {
                    if (count++ == AttributeCountMax) return null;
                    AsnReader attribute = set.ReadSequence();
                    string oid = attribute.ReadObjectIdentifier();
                    ReadOnlyMemory<byte> encoded = attribute.PeekEncodedValue();
                    string value = ReadText(attribute) is { } text ? Escape(text) : "#" + Convert.ToHexStringLower(encoded.Span);
                    attribute.ThrowIfNotEmpty();
                    attributes.Add($"{ShortNames.GetValueOrDefault(oid, oid)}={value}");
                }
                parts.Add(string.Join('+', attributes));
            }
            parts.Reverse();
            return string.Join(',', parts);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    // RFC 4514 section 2.4.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool atEdge = (i == 0 && text[i] is ' ' or '#') || (i == text.Length - 1 && text[i] == ' ');
            if (text[i] == '\0') escaped.Append("\\00");
            else if (atEdge || text[i] is '"' or '+' or ',' or ';' or '<' or '>' or '\\') escaped.Append('\\').Append(text[i]);
            else escaped.Append(text[i]);
        }
        return escaped.ToString();
    }

    private static string? ReadText(AsnReader attribute)
    {
        Asn1Tag tag = attribute.PeekTag();
        foreach (UniversalTagNumber kind in Texts)
            if (tag == new Asn1Tag(kind)) return attribute.ReadCharacterString(kind);
        attribute.ReadEncodedValue();
        return null;
    }
}
