using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Of an offer in the book what neither its entry says nor a later state: what was so when it applied.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Entry">Its entry.</param>
/// <param name="VrfKey">See <see cref="OfferSnapshot"/>; so for what follows.</param>
/// <param name="Tee">The kind of TEE.</param>
/// <param name="Endpoint">Where the node answered.</param>
/// <param name="Randomness">R of its epoch and of those before it.</param>
/// <param name="AtMilliseconds">Network time.</param>
/// <param name="Terms">The terms, without what had been withdrawn.</param>
/// <param name="Open">True while its case is in the book.</param>
/// <param name="Qualified">True when its node qualified with it last.</param>
internal sealed record SavedOffer(
    long Position, EntryId Entry, VrfPublicKey VrfKey, TeeKind Tee, string Endpoint, IReadOnlyList<Bytes32> Randomness, long AtMilliseconds, NetworkTerms Terms, bool Open, bool Qualified);
