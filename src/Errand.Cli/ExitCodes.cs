using Errand.Client;

namespace Errand.Cli;

/// <summary>The one table of exit codes, and the one map from errors to them.</summary>
internal static class ExitCodes
{
    public static IReadOnlyList<(string Code, string Meaning)> Table { get; } =
    [
        ("0", "done; for receipt verify: level 3 holds, without flags; for evidence verify: accepted, or authentic when no policy was given"),
        ("1", "failed: a file, a key store, or an error of this program"),
        ("2", "usage: the command line is wrong"),
        ("3", "refused or denied: the network or an owner does not allow it"),
        ("4", "the network cannot be reached, or did not get there in time"),
        ("5", "verification failed: somebody shows what is not true; evidence verify: rejected; vectors run: something differs"),
        ("6, 7", "receipt verify: level 1 or 2 holds, without flags"),
        ("8", "evidence verify: consistent, but of a kind that nobody signs (an event log without a quote)"),
        ("11, 12, 13", "receipt verify: level 1, 2 or 3 holds, with flags (10 + level): development network, weak beacon, rescue, revoked since"),
    ];

    public static ExitCode OfEnrolment(string code) => code switch
    {
        "network/unreachable" => ExitCode.Unreachable,
        "enrol/unknown-operator" or "enrol/operator-has-verifier" or "enrol/not-listed" => ExitCode.Refused,
        _ => code.StartsWith("reject/", StringComparison.Ordinal) || code.StartsWith("refused/", StringComparison.Ordinal) ? ExitCode.Refused : ExitCode.Failed,
    };

    public static ExitCode Of(ClientError error) => error switch
    {
        ClientError.NetworkUnreachable or ClientError.NetworkAnswer or ClientError.Timeout or ClientError.ResultUnavailable => ExitCode.Unreachable,
        ClientError.EntryRefused or ClientError.LedgerRefused or ClientError.TaskNotCompleted => ExitCode.Refused,
        ClientError.LedgerTampered or ClientError.NetworkMismatch or ClientError.ResultMismatch or ClientError.Sealed or ClientError.PolicyMismatch => ExitCode.Verification,
        ClientError.NetworkUnknown or ClientError.NoPassphrase or ClientError.Usage => ExitCode.Usage,
        _ => ExitCode.Failed,
    };
}
