namespace Errand.Attestation;

/// <summary>One level of a platform's TCB info. Reached when no component is below it.</summary>
/// <param name="SgxComponents">16 SGX component SVNs.</param>
/// <param name="PceSvn">ISVSVN of the provisioning certification enclave.</param>
/// <param name="TdxComponents">16 TDX component SVNs; null in TCB info for SGX.</param>
/// <param name="Status">What a platform at this level is.</param>
/// <param name="Date">All updates before this date are in it.</param>
/// <param name="Advisories">Security advisories that apply at this level.</param>
public sealed record TcbLevel(
    ReadOnlyMemory<byte> SgxComponents, ushort PceSvn, ReadOnlyMemory<byte>? TdxComponents, IntelTcbStatus Status, DateTimeOffset Date, IReadOnlyList<string> Advisories);
