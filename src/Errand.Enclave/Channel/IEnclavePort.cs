namespace Errand.Enclave;

/// <summary>How the enclave asks its host and takes the answers.</summary>
internal interface IEnclavePort
{
    /// <summary>Sends a message.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    void Send(EnclaveMessage message);

    /// <summary>Waits for a message of one kind.</summary>
    /// <returns>None and the message; otherwise why not. Nothing can be received after a failure.</returns>
    AbortReason Receive<T>(out T? message)
        where T : EnclaveMessage;
}
