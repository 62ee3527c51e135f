namespace Errand.Tpm;

/// <summary>Why a TPM did not do something. Numbers below 1000h are TPM_RC values without handle, session or parameter numbers (TPM 2.0 Part 2, section 6.6.3).</summary>
public enum TpmError
{
    /// <summary>It did.</summary>
    None = 0,

    /// <summary>TPM2_Startup has not been sent since power came.</summary>
    Initialize = 0x100,

    /// <summary>A self test failed: nothing but diagnostics is answered.</summary>
    Failure = 0x101,

    /// <summary>The hierarchy's seeds were changed in an unusual order.</summary>
    Sequence = 0x103,

    /// <summary>The hierarchy or command is switched off.</summary>
    Disabled = 0x120,

    /// <summary>An authorisation of another kind than the handle's object takes.</summary>
    AuthType = 0x124,

    /// <summary>A handle needs an authorisation that was not sent.</summary>
    AuthMissing = 0x125,

    /// <summary>PCRs have changed since the policy session looked at them.</summary>
    PcrChanged = 0x128,

    /// <summary>A firmware upgrade is under way.</summary>
    Upgrade = 0x12D,

    /// <summary>A handle cannot be authorised in this way: its policy asks for another.</summary>
    AuthUnavailable = 0x12F,

    /// <summary>The TPM wants a reset before it goes on.</summary>
    Reboot = 0x130,

    /// <summary>A command's sizes do not fit together.</summary>
    CommandSize = 0x142,

    /// <summary>The TPM does not have this command.</summary>
    CommandCode = 0x143,

    /// <summary>NV memory beyond an index's end.</summary>
    NvRange = 0x146,

    /// <summary>A write of NV memory failed.</summary>
    NvLocked = 0x148,

    /// <summary>NV memory was asked for with the wrong authorisation.</summary>
    NvAuthorization = 0x149,

    /// <summary>NV memory that was never written.</summary>
    NvUninitialized = 0x14A,

    /// <summary>NV memory is full.</summary>
    NvSpace = 0x14B,

    /// <summary>The index or persistent handle is taken.</summary>
    NvDefined = 0x14C,

    /// <summary>A saved context of another boot.</summary>
    BadContext = 0x150,

    /// <summary>An asymmetric algorithm that is not supported.</summary>
    Asymmetric = 0x081,

    /// <summary>Attributes that do not go together.</summary>
    Attributes = 0x082,

    /// <summary>A hash that is not supported.</summary>
    Hash = 0x083,

    /// <summary>A value out of range.</summary>
    Value = 0x084,

    /// <summary>A hierarchy that is switched off or wrong here.</summary>
    Hierarchy = 0x085,

    /// <summary>A key size that is not supported.</summary>
    KeySize = 0x087,

    /// <summary>A mode that is not supported.</summary>
    Mode = 0x089,

    /// <summary>An object of another type.</summary>
    Type = 0x08A,

    /// <summary>A handle that names nothing.</summary>
    Handle = 0x08B,

    /// <summary>A number outside its range.</summary>
    Range = 0x08D,

    /// <summary>A wrong authorisation value, counted against dictionary attacks.</summary>
    AuthFail = 0x08E,

    /// <summary>A wrong nonce.</summary>
    Nonce = 0x08F,

    /// <summary>A scheme that is not supported.</summary>
    Scheme = 0x092,

    /// <summary>A structure of wrong size.</summary>
    Size = 0x095,

    /// <summary>A symmetric algorithm that is not supported.</summary>
    Symmetric = 0x096,

    /// <summary>A wrong structure tag.</summary>
    Tag = 0x097,

    /// <summary>A union selector that is not known.</summary>
    Selector = 0x098,

    /// <summary>Bytes are missing.</summary>
    Insufficient = 0x09A,

    /// <summary>A signature that does not hold.</summary>
    Signature = 0x09B,

    /// <summary>Key fields that do not go together.</summary>
    Key = 0x09C,

    /// <summary>A policy that is not fulfilled.</summary>
    PolicyFail = 0x09D,

    /// <summary>An integrity value that does not hold: bytes of another TPM, or altered.</summary>
    Integrity = 0x09F,

    /// <summary>A ticket that does not hold.</summary>
    Ticket = 0x0A0,

    /// <summary>Bits that must be zero are not.</summary>
    ReservedBits = 0x0A1,

    /// <summary>A wrong authorisation value, not counted.</summary>
    BadAuth = 0x0A2,

    /// <summary>A policy that has expired.</summary>
    Expired = 0x0A3,

    /// <summary>A policy for another command.</summary>
    PolicyCommand = 0x0A4,

    /// <summary>Public and private part do not belong together.</summary>
    Binding = 0x0A5,

    /// <summary>A curve that is not supported.</summary>
    Curve = 0x0A6,

    /// <summary>A point that is not on the curve.</summary>
    EccPoint = 0x0A7,

    /// <summary>Saved sessions have come too far apart.</summary>
    ContextGap = 0x901,

    /// <summary>No room for another object.</summary>
    ObjectMemory = 0x902,

    /// <summary>No room for another session.</summary>
    SessionMemory = 0x903,

    /// <summary>No memory.</summary>
    Memory = 0x904,

    /// <summary>No session handle is free.</summary>
    SessionHandles = 0x905,

    /// <summary>No object handle is free.</summary>
    ObjectHandles = 0x906,

    /// <summary>A command from a locality that may not send it.</summary>
    Locality = 0x907,

    /// <summary>The TPM stopped in between: send again.</summary>
    Yielded = 0x908,

    /// <summary>The command was cancelled.</summary>
    Canceled = 0x909,

    /// <summary>The TPM tests itself: send again.</summary>
    Testing = 0x90A,

    /// <summary>A transient object that is not loaded.</summary>
    ReferenceObject = 0x910,

    /// <summary>A session that is not loaded.</summary>
    ReferenceSession = 0x918,

    /// <summary>NV memory is written too fast: send again.</summary>
    NvRate = 0x920,

    /// <summary>Too many wrong authorisations: locked out.</summary>
    Lockout = 0x921,

    /// <summary>The TPM was not able to start: send again.</summary>
    Retry = 0x922,

    /// <summary>NV memory cannot be reached just now.</summary>
    NvUnavailable = 0x923,

    /// <summary>A response code that is not listed here.</summary>
    Other = 0x1000,

    /// <summary>There is no TPM.</summary>
    DeviceMissing = 0x1001,

    /// <summary>This process may not use the TPM.</summary>
    DevicePermission = 0x1002,

    /// <summary>Another program holds the TPM.</summary>
    DeviceBusy = 0x1003,

    /// <summary>The way to the TPM broke.</summary>
    Transport = 0x1004,

    /// <summary>Bytes that are no response to the command.</summary>
    MalformedResponse = 0x1005,

    /// <summary>The endorsement hierarchy has an authorisation value, and it was not given.</summary>
    EndorsementAuthorization = 0x1006,

    /// <summary>The TPM holds no EK certificate, and none was given.</summary>
    NoEkCertificate = 0x1007,

    /// <summary>The EK certificate is for another key than the template gives.</summary>
    EkCertificateMismatch = 0x1008,

    /// <summary>PCRs changed while they were quoted, again and again.</summary>
    PcrsMoving = 0x1009,

    /// <summary>A sealed secret was not given out: the PCRs are not those it was sealed to.</summary>
    SealedToOtherState = 0x100A,

    /// <summary>A sealed secret of another TPM, or altered.</summary>
    SealedElsewhere = 0x100B,

    /// <summary>There is no event log where one was expected.</summary>
    NoEventLog = 0x100C,
}
