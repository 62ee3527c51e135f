namespace Errand.Attestation;

/// <summary>Bytes with a name for messages.</summary>
/// <param name="Name">Whatever the caller calls it; it decides nothing.</param>
/// <param name="Bytes">What is in it.</param>
/// <param name="Role">Its role when the caller knows; null to recognise it from the bytes.</param>
public sealed record EvidenceFile(string Name, ReadOnlyMemory<byte> Bytes, EvidenceRole? Role = null)
{
    /// <summary>The longest file that is looked at.</summary>
    public const int SizeMax = 4 * 1024 * 1024;
}
