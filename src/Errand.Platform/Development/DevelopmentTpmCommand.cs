using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>A command as a development TPM reads it.</summary>
internal sealed record DevelopmentTpmCommand(TpmCommandCode Code, uint[] Handles, (uint Session, byte[] Value)[] Authorizations, byte[] Parameters)
{
    private const int ValueSizeMax = 64, NonceSizeMax = 64;

    /// <summary>Handles, authorisations, and whether a response begins with a handle; null for a command that is not known.</summary>
    public static (int Handles, int Authorizations, bool GivesHandle)? Shape(TpmCommandCode code) => code switch
    {
        TpmCommandCode.Startup or TpmCommandCode.GetCapability or TpmCommandCode.GetRandom or TpmCommandCode.PcrRead or TpmCommandCode.FlushContext => (0, 0, false),
        TpmCommandCode.ContextLoad => (0, 0, true),
        TpmCommandCode.NvReadPublic or TpmCommandCode.ReadPublic or TpmCommandCode.PolicyPcr or TpmCommandCode.ContextSave => (1, 0, false),
        TpmCommandCode.StartAuthSession => (2, 0, true),
        TpmCommandCode.PcrExtend or TpmCommandCode.Create or TpmCommandCode.Quote or TpmCommandCode.Unseal => (1, 1, false),
        TpmCommandCode.CreatePrimary or TpmCommandCode.Load => (1, 1, true),
        TpmCommandCode.NvRead or TpmCommandCode.PolicySecret => (2, 1, false),
        TpmCommandCode.ActivateCredential => (2, 2, false),
        _ => null,
    };

    /// <summary>Reads a command; the answer when it is not one.</summary>
    public static DevelopmentTpmCommand? TryParse(ReadOnlySpan<byte> bytes, out DevelopmentTpmAnswer refusal)
    {
        var reader = new TpmReader(bytes);
        ushort tag = reader.UInt16();
        uint size = reader.UInt32();
        var code = (TpmCommandCode)reader.UInt32();
        refusal = DevelopmentTpmAnswer.Refuse(TpmError.CommandSize);
        if (reader.Failed || size != bytes.Length || tag is not (TpmFrame.NoSessions or TpmFrame.Sessions)) return null;
        refusal = DevelopmentTpmAnswer.Refuse(TpmError.CommandCode);
        if (Shape(code) is not { } shape) return null;
        refusal = DevelopmentTpmAnswer.Refuse(TpmError.CommandSize);
        var handles = new uint[shape.Handles];
        for (int i = 0; i < handles.Length; i++) handles[i] = reader.UInt32();
        if (reader.Failed) return null;
        refusal = DevelopmentTpmAnswer.Refuse(TpmError.AuthMissing);
        if (shape.Authorizations > 0 && tag != TpmFrame.Sessions) return null;
        refusal = DevelopmentTpmAnswer.Refuse(TpmError.CommandSize);
        List<(uint, byte[])> authorizations = [];
        if (tag == TpmFrame.Sessions)
        {
            var area = new TpmReader(reader.Bytes((int)Math.Min(reader.UInt32(), int.MaxValue)));
            while (area.Remaining > 0)
            {
                uint session = area.UInt32();
                area.Sized(NonceSizeMax);
                area.UInt8();
                authorizations.Add((session, area.Sized(ValueSizeMax).ToArray()));
            }
            if (!area.AtEnd || authorizations.Count != shape.Authorizations) return null;
        }
        return reader.Failed ? null : new DevelopmentTpmCommand(code, handles, [.. authorizations], reader.Bytes(reader.Remaining).ToArray());
    }
}
