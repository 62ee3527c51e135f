namespace Errand.Node;

/// <summary>What was found of one thing that a machine needs or could have.</summary>
public enum FindingOutcome
{
    /// <summary>It is there and works.</summary>
    Good = 1,

    /// <summary>It is not there, and the machine can be a node without it.</summary>
    Absent = 2,

    /// <summary>It keeps the machine from being a node.</summary>
    Fault = 3,
}
