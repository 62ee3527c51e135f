using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>What the enclave knows of its task, all derived from the signed Submit entry and the start message.</summary>
/// <param name="Network">The network.</param>
/// <param name="Task">Derived from the signed payload.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Submit">The payload, decoded.</param>
internal sealed record TaskContext(NetworkId Network, TaskId Task, int Attempt, SubmitEntry Submit);
