using System.IO.Pipes;
using Errand.Attestation;
using Errand.Enclave;
using Errand.Enclave.Tests;
using Errand.Platform;
using Errand.Tests;

namespace Errand.Node.Tests;

/// <summary>The enclave's program on a thread, as if in a confidential machine: it takes its report from a kernel that is played, and a development TEE stands for the processor behind it.</summary>
internal sealed class OwnReportEnclave : IEnclaveInstance
{
    private readonly AnonymousPipeServerStream _toEnclave = new(PipeDirection.Out), _fromEnclave = new(PipeDirection.In);
    private readonly TsmKernel _kernel;
    private readonly StringWriter _diagnostics = new();
    private readonly Thread _thread;
    private volatile bool _ended;

    private OwnReportEnclave(TsmKernel kernel)
    {
        _kernel = kernel;
        Stream input = new AnonymousPipeClientStream(PipeDirection.In, _toEnclave.ClientSafePipeHandle), output = new AnonymousPipeClientStream(PipeDirection.Out, _fromEnclave.ClientSafePipeHandle);
        _thread = new Thread(() =>
        {
            EnclaveHost.Run(input, output, TextWriter.Synchronized(_diagnostics), _ => { }, reports: new TsmReporter(_kernel, _ => { }));
            _ended = true;
            output.Dispose();
        }) { IsBackground = true };
        _thread.Start();
    }

    public bool IsAlive => !_ended;

    public int Id => Environment.ProcessId;

    public string StateFolder => throw new NotSupportedException("A thread has no folder.");

    public string Diagnostics => _diagnostics.ToString();

    public static Task<IEnclaveSession> LaunchAsync(DevelopmentTee processor, CancellationToken cancellation)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = processor.Report(new byte[64]).Certificates;
        return LaunchAsync(new TsmKernel { Report = data => processor.Report(data).Report.ToArray(), Auxiliary = SnpTables.Of(chain) }, TsmProvider.SevGuest, cancellation);
    }

    /// <summary>Launches one over a kernel, which goes with it.</summary>
    public static async Task<IEnclaveSession> LaunchAsync(TsmKernel kernel, TsmProvider provider, CancellationToken cancellation)
    {
        var enclave = new OwnReportEnclave(kernel);
        var channel = new HostChannel(enclave._toEnclave, enclave._fromEnclave);
        Assert.True(await channel.WaitForHelloAsync(cancellation));
        return new EnclaveSession(channel, enclave, provider);
    }

    public ValueTask DisposeAsync()
    {
        _toEnclave.Dispose();
        _fromEnclave.Dispose();
        Assert.True(_thread.Join(TimeSpan.FromSeconds(60)), "The enclave goes on without its host.");
        _kernel.Dispose();
        return ValueTask.CompletedTask;
    }
}
