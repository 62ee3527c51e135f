using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A seat won in a round of a case, with the proof of it.</summary>
internal sealed record Seat(CommitteeRole Role, Bytes32 CaseId, int Attempt, int Round, byte[] Proof, byte[] Beta);
