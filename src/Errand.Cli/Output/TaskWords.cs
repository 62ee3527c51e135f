using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Phases and endings in words: for people, and as stable codes.</summary>
internal static class TaskWords
{
    /// <summary>The stable code.</summary>
    public static string Code(TaskPhase phase) => phase switch
    {
        TaskPhase.Accepting => "accepting",
        TaskPhase.Drawing => "drawing",
        TaskPhase.Claiming => "claiming",
        TaskPhase.Attesting => "attesting",
        TaskPhase.Verifying => "verifying",
        TaskPhase.Releasing => "releasing",
        TaskPhase.Running => "running",
        TaskPhase.Serving => "serving",
        TaskPhase.Ended => "ended",
        _ => throw new InvalidOperationException($"Unexpected phase {phase}."),
    };

    /// <summary>What happens in a phase.</summary>
    public static string Phase(TaskPhase phase) => phase switch
    {
        TaskPhase.Accepting => "owners are to accept",
        TaskPhase.Drawing => "the seed waits for its beacon",
        TaskPhase.Claiming => "executors claim",
        TaskPhase.Attesting => "the executor makes its enclave",
        TaskPhase.Verifying => "the committee appraises the evidence",
        TaskPhase.Releasing => "owners are to release their keys",
        TaskPhase.Running => "the enclave runs the app",
        TaskPhase.Serving => "the executor serves the result",
        TaskPhase.Ended => "ended",
        _ => throw new InvalidOperationException($"Unexpected phase {phase}."),
    };

    /// <summary>The final state in the words of the specification: <c>task:failed/no-quorum</c>.</summary>
    public static string Ending(TaskOutcome outcome, TaskReason reason)
    {
        string code = outcome switch
        {
            TaskOutcome.Completed => "completed",
            TaskOutcome.Denied => "denied",
            TaskOutcome.Failed => "failed",
            TaskOutcome.Expired => "expired",
            TaskOutcome.Withdrawn => "withdrawn",
            _ => throw new InvalidOperationException($"Unexpected outcome {outcome}."),
        };
        return reason == TaskReason.None ? $"task:{code}" : $"task:{code}/{reason.Code()}";
    }

    /// <summary>The stable code of a run's outcome.</summary>
    public static string Code(OutcomeCode outcome) => outcome switch
    {
        OutcomeCode.Ok => "ok",
        OutcomeCode.AppFailed => "app-failed",
        OutcomeCode.Limit => "limit",
        OutcomeCode.Refused => "refused",
        _ => throw new InvalidOperationException($"Unexpected outcome {outcome}."),
    };
}
