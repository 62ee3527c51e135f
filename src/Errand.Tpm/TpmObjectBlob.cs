namespace Errand.Tpm;

/// <summary>An object outside its TPM.</summary>
/// <param name="Public">TPMT_PUBLIC.</param>
/// <param name="Private">Contents of TPM2B_PRIVATE: encrypted, and of use to the TPM that made it only.</param>
internal readonly record struct TpmObjectBlob(ReadOnlyMemory<byte> Public, ReadOnlyMemory<byte> Private);
