using Errand.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Node.Tests;

public sealed class HostLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_holds_it_at_a_time_and_a_file_alone_is_no_host()
    {
        var folder = new DevelopmentFolder(_folder.Path);
        Assert.False(HostLock.IsHeld(folder));
        using (HostLock? first = HostLock.TryTake(folder))
        {
            Assert.NotNull(first);
            Assert.Null(HostLock.TryTake(folder));
            Assert.True(HostLock.IsHeld(folder));
        }
        Assert.True(File.Exists(folder.HostLock));
        Assert.False(HostLock.IsHeld(folder));
        using HostLock? second = HostLock.TryTake(folder);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Network_that_runs_is_not_started_a_second_time()
    {
        var folder = new DevelopmentFolder(_folder.Path);
        using HostLock? other = HostLock.TryTake(folder);
        using var passphrase = new Passphrase("correct horse");
        var options = new DevelopmentNetworkOptions { Folder = folder.Root, Passphrase = passphrase };
        DevelopmentNetworkException running = await Assert.ThrowsAsync<DevelopmentNetworkException>(() => DevelopmentNetwork.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System));
        Assert.Equal("devnet/running", running.Code);
        Assert.False(Directory.Exists(folder.Nodes));
    }
}
