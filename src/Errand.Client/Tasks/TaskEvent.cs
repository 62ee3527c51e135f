using System.Collections.Immutable;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>One step of a task, as the fold saw it. Members that do not belong to the kind are null or 0.</summary>
public sealed record TaskEvent
{
    /// <summary>What happened.</summary>
    public required TaskEventKind Kind { get; init; }

    /// <summary>Network time, in milliseconds since 1970.</summary>
    public required long AtMilliseconds { get; init; }

    /// <summary>Ledger position of the entry that did it, or that let the deadline fire.</summary>
    public required long Position { get; init; }

    /// <summary>The phase the task is in now.</summary>
    public required TaskPhase Phase { get; init; }

    /// <summary>The attempt; 0 before the draw.</summary>
    public int Attempt { get; init; }

    /// <summary>The round of votes.</summary>
    public int Round { get; init; }

    /// <summary>Who did it: owner, executor or verifier.</summary>
    public PublicKey? Who { get; init; }

    /// <summary>The operator behind that node.</summary>
    public PublicKey? Operator { get; init; }

    /// <summary>The asset of an accept, deny or release.</summary>
    public AssetId? Asset { get; init; }

    /// <summary>What a verdict says.</summary>
    public bool? Accept { get; init; }

    /// <summary>Reason numbers of a rejecting verdict.</summary>
    public ImmutableArray<ulong> VerdictReasons { get; init; } = [];

    /// <summary>Votes of the round so far.</summary>
    public int Accepts { get; init; }

    /// <summary>Votes of the round so far.</summary>
    public int Rejects { get; init; }

    /// <summary>Accepts that decide.</summary>
    public int AcceptsNeeded { get; init; }

    /// <summary>Rejects that decide.</summary>
    public int RejectsNeeded { get; init; }

    /// <summary>Why an owner denied.</summary>
    public DenyReason? Deny { get; init; }

    /// <summary>Why an attempt failed, or the task ended so.</summary>
    public TaskReason Reason { get; init; }

    /// <summary>How the task ended.</summary>
    public TaskOutcome Outcome { get; init; }

    /// <summary>How the run ended, from the receipt.</summary>
    public OutcomeCode? Run { get; init; }
}
