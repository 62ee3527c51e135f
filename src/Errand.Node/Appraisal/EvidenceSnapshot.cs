using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>An enclave's evidence with what its appraisal needs, taken when the entry applied. Immutable.</summary>
/// <param name="Network">The network.</param>
/// <param name="Task">The task.</param>
/// <param name="Executor">Who was drawn.</param>
/// <param name="Seed">The task's seed.</param>
/// <param name="Evidence">The evidence.</param>
/// <param name="Qualified">The offer with which the executor's machine qualified.</param>
/// <param name="AtMilliseconds">Network time of the evidence: the time of appraisal.</param>
/// <param name="Terms">The terms of the task, without what had been withdrawn by then: with time and evidence all that a finding rests on.</param>
public sealed record EvidenceSnapshot(
    NetworkId Network,
    TaskId Task,
    PublicKey Executor,
    Bytes32 Seed,
    EvidenceEntry Evidence,
    OfferSnapshot Qualified,
    long AtMilliseconds,
    NetworkTerms Terms);
