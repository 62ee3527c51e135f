namespace Errand.Enclave;

/// <summary>__WASI_OFLAGS of preview 1.</summary>
[Flags]
internal enum OpenFlags
{
    None = 0,
    Create = 1,
    Directory = 2,
    Exclusive = 4,
    Truncate = 8,
    All = Create | Directory | Exclusive | Truncate,
}
