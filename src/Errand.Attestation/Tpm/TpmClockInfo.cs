namespace Errand.Attestation;

/// <summary>TPMS_CLOCK_INFO (TPM 2.0 Part 2, section 10.11.1).</summary>
/// <param name="ClockMilliseconds">Milliseconds that the TPM has been powered.</param>
/// <param name="ResetCount">Times the machine was reset or powered on.</param>
/// <param name="RestartCount">Times it was restarted or hibernated since the last reset.</param>
/// <param name="IsSafe">False when the clock may have gone back after a power failure.</param>
public readonly record struct TpmClockInfo(ulong ClockMilliseconds, uint ResetCount, uint RestartCount, bool IsSafe);
