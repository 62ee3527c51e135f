namespace Errand.Protocol;

/// <summary>Why a snapshot is not taken.</summary>
public enum SnapshotError
{
    /// <summary>It is taken.</summary>
    None = 0,

    /// <summary>Bytes that are not what the format says, or more or less of them.</summary>
    Malformed = 1,

    /// <summary>It is of another format or rules version than this software knows.</summary>
    Version = 2,

    /// <summary>It is of another network.</summary>
    Network = 3,

    /// <summary>Its records do not have the state root that it names, or root, position or time are not those that were expected.</summary>
    Root = 4,
}
