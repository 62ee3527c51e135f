using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>An enclave's evidence with all that its appraisal needs.</summary>
/// <param name="Genesis">The network.</param>
/// <param name="Terms">The terms under which it was judged; those of the genesis when there is no log to show others.</param>
/// <param name="Task">The task.</param>
/// <param name="Executor">Whose evidence it is.</param>
/// <param name="Tee">The kind of TEE that the task asks for, which is the executor's.</param>
/// <param name="Seed">The task's seed.</param>
/// <param name="Evidence">The evidence.</param>
/// <param name="Offer">The offer with which the executor's machine had qualified.</param>
/// <param name="OfferMilliseconds">Network time of the offer.</param>
/// <param name="EvidenceMilliseconds">Network time of the evidence: the time of appraisal.</param>
public sealed record EvidenceToAppraise(
    Genesis Genesis, NetworkTerms Terms, TaskId Task, PublicKey Executor, TeeKind Tee, Bytes32 Seed, EvidenceEntry Evidence, OfferEntry Offer, long OfferMilliseconds, long EvidenceMilliseconds);
