namespace Errand.Enclave;

/// <summary>What an input is to the task.</summary>
internal enum AssetRole
{
    /// <summary>The module.</summary>
    App,

    /// <summary>Arguments only the requester knows.</summary>
    Arguments,

    /// <summary>A file in /data.</summary>
    Data,
}
