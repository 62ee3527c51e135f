using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>The host's side of the channel's state machine; the same whatever the enclave is.</summary>
/// <param name="channel">A channel on which the enclave has said hello.</param>
/// <param name="enclave">The enclave itself, destroyed with the session.</param>
/// <param name="provider">Whose report the enclave brings itself; none for one that has its host give it.</param>
internal sealed class EnclaveSession(HostChannel channel, IEnclaveInstance enclave, TsmProvider provider = TsmProvider.None) : IEnclaveSession
{
    private InputServer? _inputs;

    /// <summary>What the session talks to.</summary>
    public IEnclaveInstance Enclave => enclave;

    public string Diagnostics => enclave.Diagnostics;

    public async Task<EnclaveAnswer<TakenReport>> ReportPlatformAsync(EnclaveMessage.PlatformStart start, CancellationToken cancellation)
    {
        if (provider == TsmProvider.None) throw new InvalidOperationException("The enclave takes no reports itself.");
        await channel.SendAsync(start, cancellation).ConfigureAwait(false);
        EnclaveAnswer<EnclaveMessage.PlatformReport> answer = await channel.ReceiveAsync<EnclaveMessage.PlatformReport>(cancellation).ConfigureAwait(false);
        if (answer.Value is not { Taken: { } taken }) return new(answer.Reason, null);
        return taken.Provider == provider ? new(AbortReason.None, taken) : new(AbortReason.EnclaveLost, null);
    }

    public async Task<EnclaveAnswer<EnclaveMessage.ReportRequest>> StartAsync(EnclaveMessage.Start start, CancellationToken cancellation)
    {
        await channel.SendAsync(start, cancellation).ConfigureAwait(false);
        EnclaveAnswer<EnclaveMessage.ReportRequest> answer = await channel.ReceiveAsync<EnclaveMessage.ReportRequest>(cancellation).ConfigureAwait(false);
        // A confidential machine that asks for a report instead of having one is none, and an ordinary one has none.
        return answer.Value is { } request && (request.Taken?.Provider ?? TsmProvider.None) != provider ? new(AbortReason.EnclaveLost, null) : answer;
    }

    // The enclave's answer to a report is its first request for input, which ProvideInputsAsync reads.
    public async Task<AbortReason> ProvideReportAsync(ReadOnlyMemory<byte> report, CancellationToken cancellation)
    {
        if (provider != TsmProvider.None) throw new InvalidOperationException("The enclave has brought its own report.");
        await channel.SendAsync(new EnclaveMessage.Report(report), cancellation).ConfigureAwait(false);
        return AbortReason.None;
    }

    public async Task<AbortReason> ProvideInputsAsync(IReadOnlyCollection<EnclaveInput> inputs, CancellationToken cancellation)
    {
        _inputs = new InputServer(channel, inputs);
        while (true)
        {
            EnclaveAnswer<EnclaveMessage> wanted = await channel.ReceiveAsync(cancellation).ConfigureAwait(false);
            if (wanted.Value is null) return wanted.Reason;
            if (wanted.Value is EnclaveMessage.InputsComplete) return AbortReason.None;
            if (!await _inputs.TryServeAsync(wanted.Value, cancellation).ConfigureAwait(false)) return AbortReason.EnclaveLost;
        }
    }

    public async Task<AbortReason> SendReleaseAsync(AssetId asset, ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        await channel.SendAsync(new EnclaveMessage.Release(asset, frame), cancellation).ConfigureAwait(false);
        EnclaveAnswer<EnclaveMessage.ReleaseTaken> taken = await channel.ReceiveAsync<EnclaveMessage.ReleaseTaken>(cancellation).ConfigureAwait(false);
        return taken.Value is { } answer && answer.Asset != asset ? AbortReason.EnclaveLost : taken.Reason;
    }

    public async Task<EnclaveAnswer<EnclaveMessage.Receipt>> ReceiveResultAsync(Stream result, CancellationToken cancellation)
    {
        EnclaveAnswer<EnclaveMessage.Receipt> receipt = await WaitForReceiptAsync(cancellation).ConfigureAwait(false);
        if (receipt.Value is null) return receipt;
        if (receipt.Value.ResultSizeBytes > EnclaveLimits.ResultBytesMax) return new(AbortReason.EnclaveLost, null);
        for (long left = receipt.Value.ResultSizeBytes; left > 0;)
        {
            EnclaveAnswer<EnclaveMessage.ResultChunk> chunk = await channel.ReceiveAsync<EnclaveMessage.ResultChunk>(cancellation).ConfigureAwait(false);
            if (chunk.Value is null) return new(chunk.Reason, null);
            if (chunk.Value.Bytes.Length > left) return new(AbortReason.EnclaveLost, null);
            await result.WriteAsync(chunk.Value.Bytes, cancellation).ConfigureAwait(false);
            left -= chunk.Value.Bytes.Length;
        }
        return receipt;
    }

    public ValueTask DisposeAsync() => enclave.DisposeAsync();

    // While the app runs, the enclave reads again what was too large for its memory.
    private async Task<EnclaveAnswer<EnclaveMessage.Receipt>> WaitForReceiptAsync(CancellationToken cancellation)
    {
        while (true)
        {
            EnclaveAnswer<EnclaveMessage> next = await channel.ReceiveAsync(cancellation).ConfigureAwait(false);
            if (next.Value is null) return new(next.Reason, null);
            if (next.Value is EnclaveMessage.Receipt receipt) return new(AbortReason.None, receipt);
            if (_inputs is null || !await _inputs.TryServeAsync(next.Value, cancellation).ConfigureAwait(false)) return new(AbortReason.EnclaveLost, null);
        }
    }
}
