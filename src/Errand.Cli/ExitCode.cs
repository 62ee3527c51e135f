namespace Errand.Cli;

/// <summary>How a command ends. <see cref="ExitCodes"/> says what each means.</summary>
internal enum ExitCode
{
    Ok = 0,
    Failed = 1,
    Usage = 2,
    Refused = 3,
    Unreachable = 4,
    Verification = 5,

    /// <summary>Evidence that nobody signed.</summary>
    Unsigned = 8,

    /// <summary>An audit that holds, with flags: this plus the level.</summary>
    AuditFlagged = 10,
}
