namespace Errand.Tpm;

/// <summary>Permanent handles, and the ranges that a handle's first byte names (TPM 2.0 Part 2, sections 7.2 and 7.4).</summary>
internal static class TpmHandles
{
    public const uint Null = 0x4000_0007, Password = 0x4000_0009, Endorsement = 0x4000_000B, Owner = 0x4000_0001, Platform = 0x4000_000C;

    public const uint TransientFirst = 0x8000_0000, PersistentFirst = 0x8100_0000, LoadedSessionFirst = 0x0200_0000, SavedSessionFirst = 0x0300_0000;
}
