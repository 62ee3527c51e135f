namespace Errand.Protocol;

/// <summary>What a node does. A node may be both.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Appraises evidence of others and votes when drawn.</summary>
    Verifier = 1,

    /// <summary>Runs enclaves.</summary>
    Executor = 2,

    /// <summary>All there are.</summary>
    All = Verifier | Executor,
}
