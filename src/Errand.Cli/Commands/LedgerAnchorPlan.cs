using Errand.Ledger;

namespace Errand.Cli;

/// <summary>Where a served ledger's checkpoints go, and how often.</summary>
/// <param name="Chain">The log on a chain.</param>
/// <param name="Endpoints">The chain's endpoints.</param>
/// <param name="File">What was read from there, and what is to be sent.</param>
/// <param name="Every">Least time between two.</param>
internal sealed record LedgerAnchorPlan(EvmChain Chain, IReadOnlyList<Uri> Endpoints, string File, TimeSpan Every);
