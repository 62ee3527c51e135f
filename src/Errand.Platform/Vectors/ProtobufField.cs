namespace Errand.Platform;

/// <summary>Finds one length-delimited field of a protocol buffers message: enough to take the event log out of go-tpm-tools' Attestation.</summary>
internal static class ProtobufField
{
    /// <summary>Field event_log of message attest.Attestation.</summary>
    internal const int AttestationEventLog = 3;

    private const int LengthDelimited = 2;
    private const int VarIntSizeMax = 5;

    /// <summary>The field's bytes; null when the message has none, or is not of length-delimited fields up to there.</summary>
    internal static byte[]? Find(ReadOnlySpan<byte> message, int field)
    {
        while (!message.IsEmpty)
        {
            if (!TryReadVarInt(ref message, out uint tag) || (tag & 7) != LengthDelimited || !TryReadVarInt(ref message, out uint size) || size > (uint)message.Length) return null;
            if (tag >> 3 == field) return message[..(int)size].ToArray();
            message = message[(int)size..];
        }
        return null;
    }

    private static bool TryReadVarInt(ref ReadOnlySpan<byte> bytes, out uint value)
    {
        value = 0;
        for (int i = 0; i < VarIntSizeMax && i < bytes.Length; i++)
        {
            value |= (uint)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }
        return false;
    }
}
