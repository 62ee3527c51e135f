namespace Errand.Attestation;

/// <summary>What Intel says of a TDX module.</summary>
/// <param name="Id"><c>TDX_</c> and the module's version in two hexadecimal digits; empty for the entry that speaks for version 0.</param>
/// <param name="MrSigner">Its signer, 48 bytes.</param>
/// <param name="Attributes">Its attributes under the mask.</param>
/// <param name="AttributesMask">Which attributes count.</param>
/// <param name="Levels">Its levels, highest first; none for version 0, whose SVN is among the platform's TDX components.</param>
public sealed record TdxModuleIdentity(string Id, ReadOnlyMemory<byte> MrSigner, ulong Attributes, ulong AttributesMask, IReadOnlyList<IsvSvnLevel> Levels);
