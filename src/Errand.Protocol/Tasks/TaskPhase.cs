namespace Errand.Protocol;

/// <summary>Where a task is.</summary>
public enum TaskPhase
{
    /// <summary>Owners are to accept.</summary>
    Accepting = 1,

    /// <summary>All have accepted; the seed waits for its beacon value.</summary>
    Drawing = 2,

    /// <summary>Executors claim with their tickets.</summary>
    Claiming = 3,

    /// <summary>The drawn executor is to bring evidence of its enclave.</summary>
    Attesting = 4,

    /// <summary>The committee judges the evidence.</summary>
    Verifying = 5,

    /// <summary>Owners are to release their keys.</summary>
    Releasing = 6,

    /// <summary>The enclave runs the app.</summary>
    Running = 7,

    /// <summary>The receipt is in; the executor serves the result.</summary>
    Serving = 8,

    /// <summary>Over.</summary>
    Ended = 9,
}
