namespace Errand.Enclave.Tests;

public sealed class ProcessLauncherTests : LauncherContract
{
    protected override string? Missing => null;

    protected override IEnclaveLauncher Create(bool standby) =>
        new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _ => { }, StartTimeout = TimeSpan.FromMinutes(2), Standby = standby });
}
