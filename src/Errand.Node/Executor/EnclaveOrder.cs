using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What an executor needs to know of one attempt, as values taken from the state.</summary>
internal sealed record EnclaveOrder(
    NetworkId Network,
    TaskId Task,
    SubmitEntry Submit,
    long SubmitPosition,
    int Attempt,
    PublicKey Executor,
    Bytes32 Seed,
    IReadOnlyList<SealedInput> Inputs,
    IReadOnlyList<AssetId> ReleaseOrder);
