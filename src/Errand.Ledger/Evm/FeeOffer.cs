namespace Errand.Ledger;

/// <summary>What is offered for a transaction, in wei per gas.</summary>
/// <param name="Priority">For whoever makes the block.</param>
/// <param name="Max">Altogether; never less than <paramref name="Priority"/>.</param>
internal readonly record struct FeeOffer(ulong Priority, ulong Max)
{
    private const ulong PriorityDefault = 1_000_000_000;

    // Nodes replace a transaction only for at least a tenth more, some for an eighth.
    private const ulong RaiseDivisor = 8;

    /// <summary>What chain and endpoint call for now: room for the base fee to double.</summary>
    internal static FeeOffer Of(ulong baseFee, ulong? advised, ulong cap)
    {
        ulong priority = Math.Min(advised ?? PriorityDefault, cap);
        return new FeeOffer(priority, (ulong)UInt128.Min(cap, (UInt128)baseFee * 2 + priority));
    }

    /// <summary>Enough more for nodes to take it in the place of this one; null when the cap does not allow it.</summary>
    internal FeeOffer? Raised(FeeOffer now, ulong cap)
    {
        ulong priority = Math.Max(Raise(Priority), now.Priority), max = Math.Max(Math.Max(Raise(Max), now.Max), priority);
        if (Raise(Max) > cap || Raise(Priority) > cap) return null;
        return new FeeOffer(Math.Min(priority, cap), Math.Min(max, cap));
    }

    private static ulong Raise(ulong fee) => checked(fee + fee / RaiseDivisor + 1);
}
