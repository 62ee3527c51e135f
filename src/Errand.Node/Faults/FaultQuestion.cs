using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a member of a fault's committee has to find out, as values that a duty may take along.</summary>
/// <param name="Fault">The accusation as it was filed.</param>
/// <param name="Exhibits">Its verdicts, which the fold has checked.</param>
/// <param name="Operators">The operators of their verifiers, in the same order.</param>
/// <param name="Epoch">The epoch in which it was filed.</param>
/// <param name="AgeMax">For how many epochs evidence may be accused: as long as a Proof of Trust holds.</param>
internal sealed record FaultQuestion(FaultEntry Fault, IReadOnlyList<Exhibit> Exhibits, IReadOnlyList<PublicKey> Operators, long Epoch, long AgeMax);
