namespace Errand.Attestation;

/// <summary>What one reading of a policy file is given and finds.</summary>
/// <param name="nonce">What <c>"given"</c> stands for; null when nobody gave it.</param>
internal sealed class PolicyReading(ReadOnlyMemory<byte>? nonce)
{
    internal ReadOnlyMemory<byte>? Nonce { get; } = nonce;

    internal List<PolicyFault> Faults { get; } = [];
}
