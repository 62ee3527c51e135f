using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>The host's side of the channel's state machine; the same whatever the enclave is.</summary>
/// <param name="channel">A channel on which the enclave has said hello.</param>
/// <param name="enclave">The enclave itself, destroyed with the session.</param>
internal sealed class EnclaveSession(HostChannel channel, IEnclaveInstance enclave) : IEnclaveSession
{
    /// <summary>What the session talks to.</summary>
    public IEnclaveInstance Enclave => enclave;

    public string Diagnostics => enclave.Diagnostics;

    public async Task<EnclaveAnswer<EnclaveMessage.ReportRequest>> StartAsync(EnclaveMessage.Start start, CancellationToken cancellation)
    {
        await channel.SendAsync(start, cancellation).ConfigureAwait(false);
        return await channel.ReceiveAsync<EnclaveMessage.ReportRequest>(cancellation).ConfigureAwait(false);
    }

    // The enclave's answer to a report is its first request for input, which ProvideInputsAsync reads.
    public async Task<AbortReason> ProvideReportAsync(ReadOnlyMemory<byte> report, CancellationToken cancellation)
    {
        await channel.SendAsync(new EnclaveMessage.Report(report), cancellation).ConfigureAwait(false);
        return AbortReason.None;
    }

    public async Task<AbortReason> ProvideInputsAsync(IReadOnlyCollection<EnclaveInput> inputs, CancellationToken cancellation)
    {
        Dictionary<AssetId, EnclaveInput> byAsset = inputs.ToDictionary(input => input.Asset);
        EnclaveInput? current = null;
        long sizeLeft = 0;
        while (true)
        {
            EnclaveAnswer<EnclaveMessage> wanted = await channel.ReceiveAsync(cancellation).ConfigureAwait(false);
            switch (wanted.Value)
            {
                case null:
                    return wanted.Reason;
                case EnclaveMessage.InputsComplete:
                    return AbortReason.None;
                case EnclaveMessage.InputRequest request:
                    current = byAsset[request.Asset];
                    sizeLeft = current.SizeBytes;
                    await channel.SendAsync(new EnclaveMessage.Input(current.Owner, current.Content, sizeLeft), cancellation).ConfigureAwait(false);
                    break;
                case EnclaveMessage.ChunkRequest when current is not null && sizeLeft > 0:
                    var chunk = new byte[Math.Min(FrameFormat.ChunkSizeMax, sizeLeft)];
                    await current.Ciphertext.ReadExactlyAsync(chunk, cancellation).ConfigureAwait(false);
                    sizeLeft -= chunk.Length;
                    await channel.SendAsync(new EnclaveMessage.Chunk(chunk), cancellation).ConfigureAwait(false);
                    break;
                default:
                    return AbortReason.EnclaveLost;
            }
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
        EnclaveAnswer<EnclaveMessage.Receipt> receipt = await channel.ReceiveAsync<EnclaveMessage.Receipt>(cancellation).ConfigureAwait(false);
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
}
