namespace Errand.Enclave;

/// <summary>This host starts no machines of the kind that is asked for.</summary>
public sealed class VmHostException(VmHostFault fault, VmMode mode)
    : NotSupportedException($"Machines of mode {mode} cannot be started here ({fault.Code()}): {fault.Remedy()}")
{
    /// <summary>Why.</summary>
    public VmHostFault Fault => fault;
}
