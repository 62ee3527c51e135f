namespace Errand.Attestation;

/// <summary>Lowest acceptable firmware of one product line. All four are checked: a high reported TCB hides nothing.</summary>
public sealed record SnpTcbFloor
{
    /// <summary>Floor of REPORTED_TCB.</summary>
    public required SnpTcb Reported { get; init; }

    /// <summary>Floor of COMMITTED_TCB: the machine must not be able to go back below it.</summary>
    public required SnpTcb Committed { get; init; }

    /// <summary>Floor of LAUNCH_TCB: the guest must not have been launched below it.</summary>
    public required SnpTcb Launch { get; init; }

    /// <summary>Floor of CURRENT_TCB.</summary>
    public required SnpTcb Current { get; init; }

    /// <summary>One floor for all four.</summary>
    public static SnpTcbFloor Same(SnpTcb floor) => new() { Reported = floor, Committed = floor, Launch = floor, Current = floor };
}
