using Errand.Enclave;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>An executor's launcher whose enclaves can be made to hang, or be given another start message.</summary>
internal sealed class SwitchableLauncher(IEnclaveLauncher inner) : IEnclaveLauncher
{
    /// <summary>True to never give an enclave.</summary>
    public bool Hangs { get; set; }

    /// <summary>Set when it has begun to hang.</summary>
    public SemaphoreSlim Hung { get; } = new(0);

    /// <summary>Changes the start message; null leaves it.</summary>
    public Func<EnclaveMessage.Start, EnclaveMessage.Start>? Start { get; set; }

    /// <summary>Changes release frames; null leaves them.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Release { get; set; }

    /// <summary>Makes the enclaves instead; null leaves that to the launcher.</summary>
    public Func<CancellationToken, Task<IEnclaveSession>>? Instead { get; set; }

    /// <summary>Behaves from now on.</summary>
    public void Heal()
    {
        (Hangs, Start, Release, Instead) = (false, null, null, null);
        while (Hung.Wait(0))
        {
        }
    }

    public ReadOnlyMemory<byte> Measurement => inner.Measurement;

    public bool Fits(TaskLimits limits, long heldBytes) => inner.Fits(limits, heldBytes);

    public async Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation)
    {
        if (Hangs)
        {
            Hung.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }
        if (Instead is { } make) return new(AbortReason.None, await make(cancellation));
        EnclaveAnswer<IEnclaveSession> answer = await inner.LaunchAsync(cancellation);
        return answer.Value is { } session ? answer with { Value = new Session(this, session) } : answer;
    }

    public ValueTask DisposeAsync()
    {
        Hung.Dispose();
        return inner.DisposeAsync();
    }

    private sealed class Session(SwitchableLauncher owner, IEnclaveSession inner) : IEnclaveSession
    {
        public string Diagnostics => inner.Diagnostics;

        public Task<EnclaveAnswer<EnclaveMessage.ReportRequest>> StartAsync(EnclaveMessage.Start start, CancellationToken cancellation) =>
            inner.StartAsync(owner.Start?.Invoke(start) ?? start, cancellation);

        public Task<EnclaveAnswer<TakenReport>> ReportPlatformAsync(EnclaveMessage.PlatformStart start, CancellationToken cancellation) => inner.ReportPlatformAsync(start, cancellation);

        public Task<AbortReason> ProvideReportAsync(ReadOnlyMemory<byte> report, CancellationToken cancellation) => inner.ProvideReportAsync(report, cancellation);

        public Task<AbortReason> ProvideInputsAsync(IReadOnlyCollection<EnclaveInput> inputs, CancellationToken cancellation) => inner.ProvideInputsAsync(inputs, cancellation);

        public Task<AbortReason> SendReleaseAsync(Primitives.AssetId asset, ReadOnlyMemory<byte> frame, CancellationToken cancellation) =>
            inner.SendReleaseAsync(asset, owner.Release?.Invoke(frame) ?? frame, cancellation);

        public Task<EnclaveAnswer<EnclaveMessage.Receipt>> ReceiveResultAsync(Stream result, CancellationToken cancellation) => inner.ReceiveResultAsync(result, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
