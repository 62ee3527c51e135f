using System.IO.Pipes;

namespace Errand.Enclave.Tests;

/// <summary>The enclave's program on a thread of the test, over two pipes.</summary>
internal sealed class LocalEnclave : IEnclaveInstance
{
    private readonly AnonymousPipeServerStream _toEnclave = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _fromEnclave = new(PipeDirection.In);
    private readonly StringWriter _diagnostics = new();
    private readonly Thread _thread;

    private LocalEnclave(long heldBytesMax, IReportSource? reports)
    {
        Stream input = new AnonymousPipeClientStream(PipeDirection.In, _toEnclave.ClientSafePipeHandle);
        Stream output = new AnonymousPipeClientStream(PipeDirection.Out, _fromEnclave.ClientSafePipeHandle);
        _thread = new Thread(() =>
        {
            ExitCode = EnclaveHost.Run(input, output, TextWriter.Synchronized(_diagnostics), code => ExitCode = code, heldBytesMax, reports);
            output.Dispose();
        }) { IsBackground = true };
        _thread.Start();
    }

    public int? ExitCode { get; private set; }

    public bool IsAlive => ExitCode is null;

    public int Id => Environment.ProcessId;

    public string StateFolder => throw new NotSupportedException("A thread has no folder.");

    public string Diagnostics => _diagnostics.ToString();

    public Stream ToEnclave => _toEnclave;

    public Stream FromEnclave => _fromEnclave;

    public static LocalEnclave Begin(long heldBytesMax = EnclaveLimits.InputBytesMax, IReportSource? reports = null) => new(heldBytesMax, reports);

    /// <summary>Begins an enclave and gives a session on it.</summary>
    public static async Task<(LocalEnclave Enclave, IEnclaveSession Session)> LaunchAsync(long heldBytesMax = EnclaveLimits.InputBytesMax, IReportSource? reports = null, TsmProvider provider = TsmProvider.None)
    {
        var enclave = new LocalEnclave(heldBytesMax, reports);
        var channel = new HostChannel(enclave._toEnclave, enclave._fromEnclave);
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        return (enclave, new EnclaveSession(channel, enclave, provider));
    }

    /// <summary>Runs a whole task.</summary>
    public static async Task<TaskResult> RunAsync(TaskFixture task, long heldBytesMax = EnclaveLimits.InputBytesMax)
    {
        (LocalEnclave enclave, IEnclaveSession session) = await LaunchAsync(heldBytesMax);
        await using (session)
        {
            TaskResult result = await task.RunAsync(session);
            enclave._thread.Join(TimeSpan.FromSeconds(30));
            Assert.Equal(result.Reason == AbortReason.None ? 0 : 3, enclave.ExitCode);
            return result;
        }
    }

    public bool Join() => _thread.Join(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync()
    {
        _toEnclave.Dispose();
        Assert.True(Join(), "The enclave goes on without its host.");
        _fromEnclave.Dispose();
        return ValueTask.CompletedTask;
    }
}
