using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>Runs a development network as a process: until it is told to stop, or a service has to.</summary>
public static class DevelopmentHost
{
    /// <summary>Starts the network, tells its address in <see cref="HostFile"/>, says there when every node is qualified, and waits.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends it in order.</param>
    public static async Task RunAsync(DevelopmentNetworkOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        DevelopmentNetwork network = await DevelopmentNetwork.StartAsync(options, loggers, time).ConfigureAwait(false);
        await using (network.ConfigureAwait(false))
        {
            var host = new HostFile(network.Address, new Uri(network.Address).Port, Environment.ProcessId, Ready: false);
            host.Write(network.Folder);
            try
            {
                Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
                Task ready = network.UntilQualifiedAsync(stop);
                if (await Task.WhenAny(ready, network.Failure, stopped).ConfigureAwait(false) == ready)
                {
                    await ready.ConfigureAwait(false);
                    (host with { Ready = true }).Write(network.Folder);
                }
                await (await Task.WhenAny(network.Failure, stopped).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Told to stop.
            }
            finally
            {
                File.Delete(network.Folder.Host);
            }
        }
    }
}
