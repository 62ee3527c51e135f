namespace Errand.Node;

/// <summary>What stands in for the TPMs of a development network's machines. Nodes use either with the same code.</summary>
public enum DevelopmentTpmKind
{
    /// <summary>A TPM in the network's own process, certified by its development vendor.</summary>
    Process = 1,

    /// <summary>A software TPM in a process of its own (swtpm), certified by swtpm's local authority.</summary>
    Swtpm = 2,
}
