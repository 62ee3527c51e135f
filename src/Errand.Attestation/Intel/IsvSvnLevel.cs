namespace Errand.Attestation;

/// <summary>One level of an enclave's or a TDX module's TCB. Reached when the ISVSVN is not below it.</summary>
/// <param name="IsvSvn">The least ISVSVN.</param>
/// <param name="Status">What something at this level is.</param>
/// <param name="Date">All updates before this date are in it.</param>
/// <param name="Advisories">Security advisories that apply at this level.</param>
public sealed record IsvSvnLevel(ushort IsvSvn, IntelTcbStatus Status, DateTimeOffset Date, IReadOnlyList<string> Advisories);
