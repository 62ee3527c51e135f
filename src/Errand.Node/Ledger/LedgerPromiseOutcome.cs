using Errand.Ledger;

namespace Errand.Node;

/// <summary>What an append came to: a promise, or the fault that kept it from being written.</summary>
internal readonly record struct LedgerPromiseOutcome(LedgerPromise? Promise, LedgerFault? Fault);
