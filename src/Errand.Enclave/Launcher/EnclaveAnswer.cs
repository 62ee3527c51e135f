namespace Errand.Enclave;

/// <summary>What an enclave answered: a value, or the reason why it ended.</summary>
/// <param name="Reason"><see cref="AbortReason.None"/> when there is a value.</param>
/// <param name="Value">The value; null when the enclave ended.</param>
public readonly record struct EnclaveAnswer<T>(AbortReason Reason, T? Value)
    where T : class;
