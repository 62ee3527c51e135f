namespace Errand.Protocol;

/// <summary>How a custody rule names executors.</summary>
public enum CustodyClass
{
    /// <summary>Not allowed on the wire: custody is always said.</summary>
    None = 0,

    /// <summary>Any qualified executor; typed out by the owner.</summary>
    Any = 1,

    /// <summary>Executors of the named operators.</summary>
    Operators = 2,

    /// <summary>The named executors.</summary>
    Executors = 3,

    /// <summary>The largest value in use.</summary>
    Max = Executors,
}
