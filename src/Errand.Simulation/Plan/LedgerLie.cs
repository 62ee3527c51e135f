namespace Errand.Simulation;

/// <summary>How the operator of a ledger may lie.</summary>
internal enum LedgerLie
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It leaves out what some send.</summary>
    Omit,

    /// <summary>It holds back what some send.</summary>
    Delay,

    /// <summary>It shows some a history without one kind of entry.</summary>
    TwoViews,

    /// <summary>It takes the latest entries back.</summary>
    RollBack,

    /// <summary>Its clock jumps ahead for a while.</summary>
    ClockJump,
}
