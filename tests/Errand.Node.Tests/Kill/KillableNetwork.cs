using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A network in a process of its own that is killed and started again, with one app and one table of data.</summary>
public class KillableNetwork : IAsyncLifetime
{
    private HostProcess _host = null!;

    /// <summary>How long executors may claim: short, unless claims must be possible after a restart.</summary>
    protected virtual int ClaimMilliseconds => 400;

    internal RunningNetwork Running { get; } = RunningNetwork.Elsewhere();

    internal AssetId Data { get; private set; }

    internal AssetId Model { get; private set; }

    internal AssetId Cheat { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux()) return;
        (_host, string address) = await HostProcess.StartAsync(Running.Folder, ClaimMilliseconds);
        Running.Attach(address);
        Data = await Running.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        Model = await Running.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        Cheat = await Running.PublishAsync("lab", AssetKind.App, Samples.Cheat, "", Samples.Policy("app"));
    }

    /// <summary>Kills the host; gives its enclaves.</summary>
    internal Task<IReadOnlyList<(int Id, string Home)>> KillAsync() => _host.KillAsync();

    /// <summary>Starts the host again at the same address.</summary>
    internal async Task StartAgainAsync()
    {
        _host.Dispose();
        (_host, string address) = await HostProcess.StartAsync(Running.Folder, ClaimMilliseconds);
        Assert.Equal(Running.Address, address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await KilledHost.AssertGoneAsync(await _host.KillAsync());
            _host.Dispose();
        }
        await Running.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
