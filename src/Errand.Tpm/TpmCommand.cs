using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>A command before it is bytes: handles, their authorisations, parameters (TPM 2.0 Part 1, section 18.2).</summary>
internal sealed record TpmCommand(TpmCommandCode Code)
{
    public uint[] Handles { get; init; } = [];

    /// <summary>One for each handle that needs it, in order; none makes a command without sessions.</summary>
    public TpmAuthorization[] Authorizations { get; init; } = [];

    public byte[] Parameters { get; init; } = [];

    /// <summary>Whether a response begins with a handle.</summary>
    public bool GivesHandle { get; init; }

    /// <summary>The command's bytes. They hold authorisation values and secrets in clear: the caller wipes them.</summary>
    public byte[] Encode()
    {
        bool sessions = Authorizations.Length > 0;
        int areaSize = Authorizations.Sum(one => one.Size);
        int size = TpmFrame.HeaderSize + 4 * Handles.Length + (sessions ? 4 + areaSize : 0) + Parameters.Length;
        var writer = new TpmWriter(size);
        writer.UInt16(sessions ? TpmFrame.Sessions : TpmFrame.NoSessions).UInt32((uint)size).UInt32((uint)Code);
        foreach (uint handle in Handles) writer.UInt32(handle);
        if (sessions) writer.UInt32((uint)areaSize);
        foreach (TpmAuthorization one in Authorizations) one.Write(writer);
        byte[] bytes = writer.Bytes(Parameters).ToArray();
        writer.Wipe();
        return bytes;
    }
}
