using Errand.Protocol;

namespace Errand.Node;

/// <summary>Executors on processors that a development network does not make itself: for tests of other kinds of TEE.</summary>
/// <param name="Kind">What they register with.</param>
/// <param name="Terms">What a genesis holds for them.</param>
/// <param name="Stand">The machine of an executor, by name, in place of one with the vendor's processor.</param>
internal sealed record GivenTees(TeeKind Kind, DevelopmentTeeTerms Terms, Func<string, Machine, Machine> Stand);
