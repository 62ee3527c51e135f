namespace Errand.Protocol;

/// <summary>What a case keeps of the epoch in which it was opened.</summary>
/// <param name="Epoch">The epoch: those qualified when it opened take part.</param>
/// <param name="Weight">W, the verifiers among them.</param>
/// <param name="Terms">The terms in force in it.</param>
/// <param name="Rescue">True when a rescued verifier may be among them.</param>
internal readonly record struct CaseSnapshot(long Epoch, long Weight, NetworkTerms Terms, bool Rescue);
