using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Of evidence in the book what neither its entry says nor a later state: what was so when it applied.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Entry">Its entry.</param>
/// <param name="Seed">The task's seed.</param>
/// <param name="MachinePosition">Position of the offer with which the executor had qualified last.</param>
/// <param name="AtMilliseconds">Network time.</param>
/// <param name="Terms">The task's terms, without what had been withdrawn.</param>
internal sealed record SavedEvidence(long Position, EntryId Entry, Bytes32 Seed, long MachinePosition, long AtMilliseconds, NetworkTerms Terms);
