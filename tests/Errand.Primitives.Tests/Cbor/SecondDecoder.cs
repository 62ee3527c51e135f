using System.Formats.Cbor;

namespace Errand.Primitives.Tests;

/// <summary>The profile on System.Formats.Cbor: decodes what it takes and encodes it again.</summary>
internal static class SecondDecoder
{
    /// <summary>The bytes of the item encoded again; null when it is outside the profile.</summary>
    internal static byte[]? Reencode(byte[] data)
    {
        try
        {
            var reader = new CborReader(data, CborConformanceMode.Ctap2Canonical);
            var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
            return Copy(reader, writer, CanonicalCbor.DepthMax) && reader.BytesRemaining == 0 ? writer.Encode() : null;
        }
        catch (CborContentException)
        {
            return null;
        }
    }

    private static bool Copy(CborReader reader, CborWriter writer, int depthLeft)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                writer.WriteUInt64(reader.ReadUInt64());
                return true;
            case CborReaderState.ByteString:
                writer.WriteByteString(reader.ReadByteString());
                return true;
            case CborReaderState.TextString:
                writer.WriteTextString(reader.ReadTextString());
                return true;
            case CborReaderState.Boolean:
                writer.WriteBoolean(reader.ReadBoolean());
                return true;
            case CborReaderState.StartArray when depthLeft > 0:
                int? count = reader.ReadStartArray();
                writer.WriteStartArray(count);
                for (int i = 0; i < count; i++)
                    if (!Copy(reader, writer, depthLeft - 1)) return false;
                reader.ReadEndArray();
                writer.WriteEndArray();
                return true;
            case CborReaderState.StartMap when depthLeft > 0:
                int? pairs = reader.ReadStartMap();
                writer.WriteStartMap(pairs);
                for (int i = 0; i < pairs; i++)
                {
                    if (reader.PeekState() != CborReaderState.UnsignedInteger) return false;
                    ulong key = reader.ReadUInt64();
                    if (key > CanonicalCbor.KeyMax) return false;
                    writer.WriteUInt64(key);
                    if (!Copy(reader, writer, depthLeft - 1)) return false;
                }
                reader.ReadEndMap();
                writer.WriteEndMap();
                return true;
            default:
                return false;
        }
    }
}
