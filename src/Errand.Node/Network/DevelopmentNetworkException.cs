namespace Errand.Node;

/// <summary>A development network cannot be started.</summary>
public sealed class DevelopmentNetworkException(string code, string what, string remedy) : Exception($"{what} {remedy}")
{
    /// <summary>A stable code.</summary>
    public string Code { get; } = code;

    /// <summary>What happened.</summary>
    public string What { get; } = what;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}
