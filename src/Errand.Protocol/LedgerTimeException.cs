namespace Errand.Protocol;

/// <summary>The ledger gave an entry an earlier time than the one before it: <c>halt/ledger-time</c>. The node must stop.</summary>
public sealed class LedgerTimeException(long position, long timeMilliseconds, long previousMilliseconds)
    : InvalidOperationException(
        $"halt/ledger-time: entry {position} is of {timeMilliseconds} ms, before the previous entry's {previousMilliseconds} ms. "
        + "The ledger is faulty or has been tampered with; restore it from a copy that verifies.");
