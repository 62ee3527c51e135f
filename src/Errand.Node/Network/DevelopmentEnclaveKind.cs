namespace Errand.Node;

/// <summary>What the enclaves of a development network are. The node and the channel are the same; a genesis lists the measurement of one kind.</summary>
public enum DevelopmentEnclaveKind
{
    /// <summary>A child process.</summary>
    Process = 1,

    /// <summary>A virtual machine under processor emulation, for one task.</summary>
    Vm = 2,

    /// <summary>The same, whose firmware measures what it boots into a software TPM, from which the machine takes its report itself.</summary>
    VmVtpm = 3,
}
