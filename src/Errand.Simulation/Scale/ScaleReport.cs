using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>What a network of one size costs.</summary>
public sealed record ScaleReport
{
    /// <summary>Verifiers, all registered, proven and in the snapshot of every task.</summary>
    public required int Verifiers { get; init; }

    /// <summary>Entries that it took to grow to this size.</summary>
    public required long GrowthEntries { get; init; }

    /// <summary>How long that took, keys, proofs and signatures made included.</summary>
    public required TimeSpan Growth { get; init; }

    /// <summary>Tasks that were run; figures of tasks are means.</summary>
    public required int Tasks { get; init; }

    /// <summary>Ledger entries of a task.</summary>
    public required double TaskEntries { get; init; }

    /// <summary>Their bytes.</summary>
    public required double TaskBytes { get; init; }

    /// <summary>Processor time of one follower for them.</summary>
    public required TimeSpan TaskProcessor { get; init; }

    /// <summary>Steps in which somebody waits for others' entries.</summary>
    public required double TaskRounds { get; init; }

    /// <summary>Network time from Submit to receipt.</summary>
    public required TimeSpan TaskTime { get; init; }

    /// <summary>Tickets that reach the ledger in an epoch if each takes a second: a model of the delay rule, with even chance in place of VRF outputs.</summary>
    public required double EpochTickets { get; init; }

    /// <summary>Live bytes on the heap for the whole state, as it has grown entry by entry.</summary>
    public required long StateBytes { get; init; }

    /// <summary>The same of the state that begins from its snapshot.</summary>
    public required long LoadedBytes { get; init; }

    /// <summary>Bytes of its snapshot.</summary>
    public required long SnapshotBytes { get; init; }

    /// <summary>How long writing it took.</summary>
    public required TimeSpan Save { get; init; }

    /// <summary>How long reading and checking it took, until the state folds on.</summary>
    public required TimeSpan Load { get; init; }

    /// <summary>The state root at the end, which the loaded state has too.</summary>
    public required StateRoot Root { get; init; }

    /// <summary>Bytes of the state for each verifier, with its operator and its sequence number.</summary>
    public double StateBytesPerVerifier => StateBytes / (double)Verifiers;
}
