using System.Formats.Asn1;

namespace Errand.Attestation.Tests;

/// <summary>Writes Intel's extension of PCK certificates.</summary>
internal static class PckExtension
{
    private const string Oid = "1.2.840.113741.1.13.1";

    public static byte[] Encode(PckOptions options, Action<AsnWriter>? more = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Item(writer, "1", () => writer.WriteOctetString(options.Ppid));
            Item(writer, "2", () => WriteTcb(writer, options));
            Item(writer, "3", () => writer.WriteOctetString(options.PceId));
            Item(writer, "4", () => writer.WriteOctetString(options.Fmspc));
            Item(writer, "5", () => writer.WriteEnumeratedValue(options.SgxType));
            if (options.Instance is { } instance)
            {
                Item(writer, "6", () => writer.WriteOctetString(instance));
                Item(writer, "7", () => WriteConfiguration(writer));
            }
            more?.Invoke(writer);
        }
        return writer.Encode();
    }

    public static void Item(AsnWriter writer, string arc, Action value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier($"{Oid}.{arc}");
            value();
        }
    }

    private static void WriteTcb(AsnWriter writer, PckOptions options)
    {
        using (writer.PushSequence())
        {
            for (int i = 0; i < options.Components.Length; i++)
            {
                int place = i;
                Item(writer, $"2.{place + 1}", () => writer.WriteInteger(options.Components[place]));
            }
            Item(writer, "2.17", () => writer.WriteInteger(options.PceSvn));
            Item(writer, "2.18", () => writer.WriteOctetString(options.Components));
        }
    }

    private static void WriteConfiguration(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            Item(writer, "7.1", () => writer.WriteBoolean(true));
            Item(writer, "7.2", () => writer.WriteBoolean(false));
            Item(writer, "7.3", () => writer.WriteBoolean(true));
        }
    }
}
