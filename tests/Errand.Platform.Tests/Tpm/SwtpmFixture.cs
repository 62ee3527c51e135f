using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>One machine with swtpm for a class of tests, in a folder of its own, with an endorsement key of either template certified.</summary>
public sealed class SwtpmFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-swtpm").FullName;
    private SwtpmMachine? _machine;

    /// <summary>The machine; skips the test aloud where swtpm is not installed.</summary>
    public SwtpmMachine Machine
    {
        get
        {
            Assert.SkipWhen(_machine is null, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
            return _machine!;
        }
    }

    public SwtpmAuthority Authority { get; private set; } = null!;

    public TrustedRoots Roots => TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.TpmHardware, "swtpm's local authority", Authority.RootDigest);

    public string At(string name) => Path.Combine(_folder, name);

    public LiveTpmOptions Options(EkTemplate template, TpmAlgorithm akType = TpmAlgorithm.Ecc) => new()
    {
        AttestationKeyFile = At($"ak-{template}-{akType}"),
        EventLogFile = Machine.EventLogFile,
        Template = template,
        AttestationKeyType = akType,
        IssuerCertificates = Authority.Certificates,
    };

    public async ValueTask InitializeAsync()
    {
        Authority = new SwtpmAuthority(At("authority"));
        if (!SwtpmTools.AreInstalled) return;
        _machine = await SwtpmMachine.StartAsync(At("m"), Authority, new DevelopmentBoot(), TimeProvider.System, TestContext.Current.CancellationToken);
        await CertifyEccAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null) await _machine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Takes power away, gives it back, and extends what a log says: a boot that no firmware makes.</summary>
    public async Task BootAsync(byte[] log, CancellationToken cancellation)
    {
        await new SwtpmControl(new System.Net.Sockets.UnixDomainSocketEndPoint($"{Machine.Server}.ctrl"), TimeProvider.System).PowerCycleAsync(cancellation);
        var client = new TpmClient(Machine.Tpm, TimeProvider.System);
        Assert.True(await client.StartUpAsync(cancellation));
        foreach (LoggedEvent measured in LogEvents.Read(log).Where(one => one.Extends))
            await client.ExtendPcrAsync(measured.PcrIndex, TpmAlgorithm.Sha256, measured.Digest(TpmAlgorithm.Sha256)!.Value, cancellation);
    }

    // swtpm_setup certifies RSA only: the ECC key is certified by the same authority and written where manufacturers write it.
    private async Task CertifyEccAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var client = new TpmClient(_machine!.Tpm, TimeProvider.System);
        var keys = new LiveKeys(client, EkTemplate.EccL2, default);
        await keys.OpenAsync(cancellation);
        await TpmNvWriter.WriteAsync(client, EkCertificateIndex.Of(EkTemplate.EccL2), await Authority.CertifyAsync(keys.EkPublic, cancellation), cancellation);
    }
}
