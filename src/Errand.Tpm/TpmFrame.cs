using System.Buffers.Binary;

namespace Errand.Tpm;

/// <summary>The header that commands and responses share: tag (2), size of the whole (4), command or response code (4).</summary>
public static class TpmFrame
{
    /// <summary>The longest command or response that a PC Client TPM takes or gives.</summary>
    public const int SizeMax = 4096;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 10;

    /// <summary>TPM_ST_NO_SESSIONS.</summary>
    internal const ushort NoSessions = 0x8001;

    /// <summary>TPM_ST_SESSIONS.</summary>
    internal const ushort Sessions = 0x8002;

    private const int SizeOffset = 2;

    /// <summary>Whole size of a message as its header says; null when it is no possible size.</summary>
    internal static int? ReadSize(ReadOnlySpan<byte> header)
    {
        uint size = BinaryPrimitives.ReadUInt32BigEndian(header[SizeOffset..HeaderSize]);
        return size is >= HeaderSize and <= SizeMax ? (int)size : null;
    }

    /// <summary>Refuses what is no command, before a device sees it.</summary>
    internal static void RequireCommand(ReadOnlySpan<byte> command)
    {
        if (command.Length is < HeaderSize or > SizeMax || ReadSize(command) != command.Length)
            throw new ArgumentException($"A command has {HeaderSize} to {SizeMax} bytes, as its header says.", nameof(command));
    }
}
