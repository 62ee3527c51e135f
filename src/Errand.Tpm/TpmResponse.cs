using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>A response of success, taken apart.</summary>
/// <param name="Handle">The handle it begins with; 0 when its command gives none.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record TpmResponse(uint Handle, ReadOnlyMemory<byte> Parameters)
{
    private const int NonceSizeMax = 64;

    /// <summary>Zeroes the parameters: for responses that carried a secret.</summary>
    public void Wipe()
    {
        if (MemoryMarshal.TryGetArray(Parameters, out ArraySegment<byte> bytes)) CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>The response code; null when the bytes are no response.</summary>
    public static uint? ReadCode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < TpmFrame.HeaderSize || TpmFrame.ReadSize(bytes) != bytes.Length) return null;
        var reader = new TpmReader(bytes);
        ushort tag = reader.UInt16();
        reader.UInt32();
        return tag is TpmFrame.NoSessions or TpmFrame.Sessions ? reader.UInt32() : null;
    }

    /// <summary>Reads a response of success to a command; null when it is not one.</summary>
    public static TpmResponse? TryParse(ReadOnlyMemory<byte> bytes, TpmCommand command)
    {
        var reader = new TpmReader(bytes.Span);
        bool sessions = reader.UInt16() == TpmFrame.Sessions;
        reader.Bytes(TpmFrame.HeaderSize - 2);
        uint handle = command.GivesHandle ? reader.UInt32() : 0;
        uint size = sessions ? reader.UInt32() : (uint)reader.Remaining;
        if (reader.Failed || sessions != command.Authorizations.Length > 0 || size > (uint)reader.Remaining) return null;
        ReadOnlyMemory<byte> parameters = bytes.Slice(bytes.Length - reader.Remaining, (int)size);
        reader.Bytes((int)size);
        foreach (TpmAuthorization _ in command.Authorizations)
        {
            reader.Sized(NonceSizeMax);
            reader.UInt8();
            reader.Sized(NonceSizeMax);
        }
        return reader.AtEnd ? new TpmResponse(handle, parameters) : null;
    }
}
