using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Unwinds a guest from inside a host call: it asked to exit, or went over a limit.</summary>
#pragma warning disable CA1032, CA1064 // It never leaves the sandbox, and is made in one way only.
internal sealed class GuestStopException(OutcomeCode code) : Exception
{
    /// <summary>How the run ends.</summary>
    public OutcomeCode Code { get; } = code;
}
