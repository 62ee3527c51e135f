namespace Errand.Enclave;

/// <summary>What an enclave's process does with its two streams.</summary>
internal static class EnclaveHost
{
    /// <summary>Exit code when there is a result.</summary>
    public const int ExitDone = 0;

    /// <summary>Exit code when there is none.</summary>
    public const int ExitAborted = 3;

    /// <summary>Runs one task.</summary>
    /// <param name="input">From the host.</param>
    /// <param name="output">To the host.</param>
    /// <param name="diagnostics">Seen by the host: reason codes and the kinds of faults, never a message, which could quote what was read.</param>
    /// <param name="exit">Ends the process at once, with an exit code.</param>
    /// <param name="heldBytesMax">Bytes of inputs held in memory: what lies beyond is streamed.</param>
    /// <param name="reports">Where the enclave's own report comes from; null has the host give one.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(Stream input, Stream output, TextWriter diagnostics, Action<int> exit, long heldBytesMax = EnclaveLimits.InputBytesMax, IReportSource? reports = null)
    {
        var channel = new EnclaveChannel(input, output);
        AbortReason reason;
        // Host and run may end at the same time: whoever comes first says why, and the other says nothing.
        int ends = 0;
        var ended = new TaskCompletionSource();
        try
        {
            using var run = new EnclaveRun(channel, why =>
            {
                if (Interlocked.Exchange(ref ends, 1) != 0) return;
                exit(End(channel, why, diagnostics));
                ended.SetResult();
            }, heldBytesMax, reports);
            reason = run.Execute();
        }
        catch (IOException)
        {
            reason = AbortReason.ChannelClosed;
        }
        catch (ReportFaultException fault)
        {
            diagnostics.WriteLine($"errand-enclave: {fault.FaultCode}");
            reason = AbortReason.Report;
        }
#pragma warning disable CA1031 // The last line of a process that holds secrets: a runtime's own report of the exception could print them.
        catch (Exception exception)
        {
            diagnostics.WriteLine($"errand-enclave: {exception.GetType().Name}");
            reason = AbortReason.Internal;
        }
#pragma warning restore CA1031
        if (Interlocked.Exchange(ref ends, 1) == 0) return reason == AbortReason.None ? ExitDone : End(channel, reason, diagnostics);
        ended.Task.Wait();
        return ExitAborted;
    }

    private static int End(EnclaveChannel channel, AbortReason reason, TextWriter diagnostics)
    {
        diagnostics.WriteLine($"errand-enclave: {reason.Code()}");
        // A port, other than a pipe, would wait for a host that is gone.
        if (reason == AbortReason.ChannelClosed) return ExitAborted;
        try
        {
            channel.Send(new EnclaveMessage.Abort(reason));
        }
        catch (IOException)
        {
            // Nobody is there to be told.
        }
        return ExitAborted;
    }
}
