using Errand.Enclave;

namespace Errand.Node;

/// <summary>An enclave ended without a result.</summary>
public sealed class EnclaveAbortedException(AbortReason reason)
    : Exception($"The enclave ended without a result ({reason.Code()}).")
{
    /// <summary>Why.</summary>
    public AbortReason Reason { get; } = reason;
}
