namespace Errand.Tpm;

/// <summary>TPM_CC values that are used (TPM 2.0 Part 2, section 6.5.2).</summary>
internal enum TpmCommandCode : uint
{
    CreatePrimary = 0x131,
    Startup = 0x144,
    ActivateCredential = 0x147,
    NvRead = 0x14E,
    PolicySecret = 0x151,
    Create = 0x153,
    Load = 0x157,
    Quote = 0x158,
    Unseal = 0x15E,
    ContextLoad = 0x161,
    ContextSave = 0x162,
    FlushContext = 0x165,
    NvReadPublic = 0x169,
    ReadPublic = 0x173,
    StartAuthSession = 0x176,
    GetCapability = 0x17A,
    GetRandom = 0x17B,
    PcrRead = 0x17E,
    PolicyPcr = 0x17F,
    PcrExtend = 0x182,
}
