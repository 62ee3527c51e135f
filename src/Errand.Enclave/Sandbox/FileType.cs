namespace Errand.Enclave;

/// <summary>__WASI_FILETYPE of preview 1, as far as they occur here.</summary>
internal enum FileType : byte
{
    CharacterDevice = 2,
    Directory = 3,
    RegularFile = 4,
}
