namespace Errand.Node;

/// <summary>A machine cannot be enrolled, or an enrolled node cannot run.</summary>
public sealed class EnrolmentException(string code, string what, string remedy, Exception? cause = null) : Exception($"{what} {remedy}", cause)
{
    /// <summary>A stable code.</summary>
    public string Code { get; } = code;

    /// <summary>What happened.</summary>
    public string What { get; } = what;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}
