namespace Errand.Enclave;

/// <summary>A streamed input did not come as it must: the run ends without a result.</summary>
internal sealed class InputTapeException(AbortReason reason) : Exception(reason.Code())
{
    /// <summary>Why.</summary>
    public AbortReason Reason => reason;
}
