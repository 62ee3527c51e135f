using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>The host's side of one enclave life. The methods are called once each, in this order; releases once for each input.</summary>
/// <remarks>
/// After any answer other than <see cref="AbortReason.None"/>, and after a cancelled call, the session is over. Disposing it
/// destroys the enclave and removes every trace, in whatever state it is. Not thread-safe. Only starting has a timeout of its own:
/// how long a task may take is for the caller's cancellation to say, since fuel bounds work and not time.
/// </remarks>
public interface IEnclaveSession : IAsyncDisposable
{
    /// <summary>What the enclave's process or console said, for people; bounded. It comes from the host's side of the enclave and is no secret.</summary>
    string Diagnostics { get; }

    /// <summary>In place of a task, asks for the report with which a node shows what processor it has; after it the enclave ends. Only machines that take their reports themselves give one.</summary>
    /// <param name="start">For whom.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The enclave has its host give reports.</exception>
    Task<EnclaveAnswer<TakenReport>> ReportPlatformAsync(EnclaveMessage.PlatformStart start, CancellationToken cancellation);

    /// <summary>Hands over the task; gives the report data to be signed and the enclave's public keys.</summary>
    Task<EnclaveAnswer<EnclaveMessage.ReportRequest>> StartAsync(EnclaveMessage.Start start, CancellationToken cancellation);

    /// <summary>Hands over the signed report. The enclave takes one; left out when the request has the one that the enclave took itself.</summary>
    /// <exception cref="InvalidOperationException">The enclave has taken its own.</exception>
    Task<AbortReason> ProvideReportAsync(ReadOnlyMemory<byte> report, CancellationToken cancellation);

    /// <summary>Serves the sealed inputs in the enclave's order. Those too large for its memory it reads again while the app runs.</summary>
    /// <exception cref="KeyNotFoundException">The enclave asks for an input that is not in <paramref name="inputs"/>.</exception>
    /// <exception cref="EndOfStreamException">An input is shorter than announced.</exception>
    Task<AbortReason> ProvideInputsAsync(IReadOnlyCollection<EnclaveInput> inputs, CancellationToken cancellation);

    /// <summary>Hands on an owner's release: a COSE_Sign1 frame over an HPKE message. None when the input opened with it.</summary>
    Task<AbortReason> SendReleaseAsync(AssetId asset, ReadOnlyMemory<byte> frame, CancellationToken cancellation);

    /// <summary>Waits for the run to end and writes the sealed result to <paramref name="result"/>.</summary>
    /// <returns>The receipt.</returns>
    Task<EnclaveAnswer<EnclaveMessage.Receipt>> ReceiveResultAsync(Stream result, CancellationToken cancellation);
}
