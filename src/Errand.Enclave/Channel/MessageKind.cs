namespace Errand.Enclave;

/// <summary>What a message on the channel is. The numbers are on the wire.</summary>
public enum MessageKind
{
    /// <summary>No message.</summary>
    None = 0,

    /// <summary>To the enclave: the task.</summary>
    Start = 1,

    /// <summary>To the host: have this report data signed.</summary>
    ReportRequest = 2,

    /// <summary>To the enclave: the signed report.</summary>
    Report = 3,

    /// <summary>To the host: an input is wanted.</summary>
    InputRequest = 4,

    /// <summary>To the enclave: whose input it is and how long.</summary>
    Input = 5,

    /// <summary>To the host: the next bytes of the input are wanted.</summary>
    ChunkRequest = 6,

    /// <summary>To the enclave: the next bytes of the input.</summary>
    Chunk = 7,

    /// <summary>To the host: all inputs are here, releases are wanted.</summary>
    InputsComplete = 8,

    /// <summary>To the enclave: an owner's content key.</summary>
    Release = 9,

    /// <summary>To the host: the key opened the input.</summary>
    ReleaseTaken = 10,

    /// <summary>To the host: the receipt; the result follows.</summary>
    Receipt = 11,

    /// <summary>To the host: the next bytes of the sealed result.</summary>
    ResultChunk = 12,

    /// <summary>To the host: the enclave ends without a result.</summary>
    Abort = 13,

    /// <summary>To the enclave, in place of a task: report on the platform for a node.</summary>
    PlatformStart = 14,

    /// <summary>To the host: the report on the platform; nothing follows.</summary>
    PlatformReport = 15,

    /// <summary>The highest number.</summary>
    Max = PlatformReport,
}
