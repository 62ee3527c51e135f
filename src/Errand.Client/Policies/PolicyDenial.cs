using Errand.Protocol;

namespace Errand.Client;

/// <summary>Why a policy does not allow a task.</summary>
/// <param name="Reason">The reason that goes on the ledger.</param>
/// <param name="Sentence">What is not allowed and what to do, for people.</param>
public sealed record PolicyDenial(DenyReason Reason, string Sentence)
{
    internal static PolicyDenial Of(DenyReason reason) => new(reason, reason.Sentence());
}
