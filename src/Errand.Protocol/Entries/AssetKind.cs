namespace Errand.Protocol;

/// <summary>What a sealed file is for.</summary>
public enum AssetKind
{
    /// <summary>Not allowed on the wire.</summary>
    None = 0,

    /// <summary>A WASM module.</summary>
    App = 1,

    /// <summary>Data; its ciphertext never leaves its sites.</summary>
    Data = 2,

    /// <summary>A requester's secret arguments, used once.</summary>
    Arguments = 3,

    /// <summary>The largest value in use.</summary>
    Max = Arguments,
}
