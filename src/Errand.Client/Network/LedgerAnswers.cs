using Errand.Ledger;

namespace Errand.Client;

/// <summary>The one map from what a ledger's host answers to faults.</summary>
internal static class LedgerAnswers
{
    internal static byte[] Content(HttpAnswer answer)
    {
        if (answer.Status == 200) return answer.Body;
        Problem? problem = Problem.TryParse(answer.Body);
        string said = problem is null ? $"HTTP status {answer.Status}" : $"{problem.Title} [{problem.Code}]";
        throw new LedgerException(FaultOf(problem?.Code), $"The ledger answered: {said}");
    }

    internal static LedgerFault FaultOf(string? code) => code switch
    {
        "ledger/full" => LedgerFault.Full,
        "ledger/storage" => LedgerFault.Storage,
        "ledger/damaged" => LedgerFault.Damaged,
        "ledger/not-admitted" or "ledger/unsigned" or "ledger/signature" => LedgerFault.NotAdmitted,
        _ => LedgerFault.Transport,
    };

    internal static LedgerException NoLedger() => new(LedgerFault.Transport, "The answer is not one that a ledger gives. Check the URL.");
}
