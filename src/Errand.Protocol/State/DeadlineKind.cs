namespace Errand.Protocol;

/// <summary>What a deadline does; among deadlines due at one instant the lower kind fires first.</summary>
internal enum DeadlineKind
{
    EpochBoundary = 1,
    TrustDraw = 2,
    TrustRound = 3,
    TaskPhase = 4,
    TaskExpiry = 5,
    TaskForgotten = 6,
    FaultDraw = 7,
    FaultRound = 8,
}
