namespace Errand.Ledger;

/// <summary>An endpoint understood a call and refused it.</summary>
internal sealed class RpcRefusal(long code, string message) : Exception(message)
{
    /// <summary>JSON-RPC's error code; nodes do not agree on more than a few.</summary>
    internal long Code { get; } = code;
}
