namespace Errand.Ledger;

/// <summary>A ledger's storage or transport failed, or holds what it must not.</summary>
public sealed class LedgerException : Exception
{
    /// <summary>A fault without a further cause.</summary>
    public LedgerException(LedgerFault fault, string message, long? position = null) : base(message)
    {
        Fault = fault;
        Position = position;
    }

    /// <summary>A fault and its cause.</summary>
    public LedgerException(LedgerFault fault, string message, Exception inner) : base(message, inner) => Fault = fault;

    /// <summary>What is wrong, for programs; the message is for people and says what to do.</summary>
    public LedgerFault Fault { get; }

    /// <summary>The first entry concerned, where one can be named.</summary>
    public long? Position { get; }
}
