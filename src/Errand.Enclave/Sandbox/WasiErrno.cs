namespace Errand.Enclave;

/// <summary>Error numbers of wasi_snapshot_preview1 that this host gives.</summary>
internal enum WasiErrno
{
    Success = 0,
    BadHandle = 8,
    Busy = 10,
    Exists = 20,
    Fault = 21,
    IllegalSequence = 25,
    Invalid = 28,
    IsDirectory = 31,
    TooManyHandles = 33,
    NameTooLong = 37,
    NoEntry = 44,
    NoSpace = 51,
    NotDirectory = 54,
    NotSocket = 57,
    NotSupported = 58,
    ReadOnly = 69,
    NotSeekable = 70,
    NotCapable = 76,
}
