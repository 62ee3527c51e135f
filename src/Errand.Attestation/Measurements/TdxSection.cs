namespace Errand.Attestation;

/// <summary>A section of TDVF metadata that the domain is built from.</summary>
/// <param name="DataOffset">Where its bytes lie in the image.</param>
/// <param name="DataSize">How many; the memory after them is zero.</param>
/// <param name="Address">Guest physical address, a multiple of a page.</param>
/// <param name="Size">Bytes of memory, a multiple of a page.</param>
/// <param name="Attributes">What of it is measured.</param>
internal readonly record struct TdxSection(int DataOffset, int DataSize, ulong Address, ulong Size, TdxSectionAttributes Attributes);
