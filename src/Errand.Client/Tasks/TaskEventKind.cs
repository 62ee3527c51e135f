namespace Errand.Client;

/// <summary>What happened to a task.</summary>
public enum TaskEventKind
{
    /// <summary>It entered a phase; with Attesting, an executor was drawn.</summary>
    Phase = 1,

    /// <summary>An owner accepted.</summary>
    Accepted = 2,

    /// <summary>An owner denied.</summary>
    Denied = 3,

    /// <summary>An executor claimed.</summary>
    Claimed = 4,

    /// <summary>The enclave's evidence came in.</summary>
    Evidence = 5,

    /// <summary>A round of votes opened.</summary>
    Round = 6,

    /// <summary>A committee member voted; its VRF proof and seat were checked here.</summary>
    Verdict = 7,

    /// <summary>An owner released its key.</summary>
    Released = 8,

    /// <summary>The receipt came in.</summary>
    Receipt = 9,

    /// <summary>An attempt failed.</summary>
    AttemptFailed = 10,

    /// <summary>The task ended.</summary>
    Ended = 11,
}
