namespace Errand.Attestation;

/// <summary>A section of OVMF's SEV metadata.</summary>
/// <param name="Address">Guest physical address, a multiple of a page.</param>
/// <param name="Size">Bytes, a multiple of a page.</param>
/// <param name="Kind">What the VMM puts there.</param>
internal readonly record struct SevSection(uint Address, uint Size, SevSectionKind Kind);
