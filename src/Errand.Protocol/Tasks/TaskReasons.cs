namespace Errand.Protocol;

/// <summary>The one map from task reasons to stable codes and sentences for people.</summary>
public static class TaskReasons
{
    /// <summary>The stable code, as in <c>task:failed/owner-withheld</c>.</summary>
    public static string Code(this TaskReason reason) => Describe(reason).Code;

    /// <summary>What happened and what to do.</summary>
    public static string Sentence(this TaskReason reason) => Describe(reason).Sentence;

    private static (string Code, string Sentence) Describe(TaskReason reason) => reason switch
    {
        TaskReason.None => ("none", "Nothing went wrong."),
        TaskReason.OwnerDenied => ("owner-denied", "An owner's policy does not allow this task. The reason is in its deny entry; change the task and submit again."),
        TaskReason.AcceptTimeout => ("accept-timeout", "An owner did not answer in time. See that its key broker runs, then submit again."),
        TaskReason.NoExecutor => ("no-executor", "No fitting executor was left. See that executors of the wanted TEE kind run at the data's site, then submit again."),
        TaskReason.ExecutorTimeout => ("executor-timeout", "The drawn executor brought no evidence in time. It is paused; submit again."),
        TaskReason.Rejected => ("rejected", "The committee rejected the enclave's evidence. The reasons are in the verdicts."),
        TaskReason.NoQuorum => ("no-quorum", "The committee did not decide in any round. See that enough verifiers are awake, then submit again."),
        TaskReason.OwnerWithheld => ("owner-withheld", "An owner did not release its key after the approval. See that its key broker runs, then submit again."),
        TaskReason.RunTimeout => ("run-timeout", "The enclave brought no receipt in time. Give the app more time or less to do, then submit again."),
        TaskReason.DeadlinePassed => ("deadline", "The task's deadline has passed. Submit again with more time."),
        TaskReason.Abandoned => ("abandoned", "The executor lost the enclave, as after a restart, and gave the attempt up."),
        TaskReason.WithdrawnReference => ("withdrawn-reference", "The enclave's measurement was withdrawn before all keys were released. Submit again; a listed enclave will run it."),
        TaskReason.Withdrawn => ("withdrawn", "The requester took the task back before a key was released. Submit again if that was not meant."),
        TaskReason.ResultUnavailable => ("result-unavailable", "The executor did not serve the result. Submit again, or ask its operator."),
        _ => throw new InvalidOperationException($"Unexpected task reason {reason}."),
    };
}
