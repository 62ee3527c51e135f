using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>The code that drives real TPMs, driving the development TPM's commands.</summary>
public abstract class LiveTpmOnDevelopmentTpmContract(EkTemplate template, TpmAlgorithm akType) : AttestingTpmContract, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-live").FullName;
    private readonly DevelopmentTpm _machine = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template);
    private LiveTpm? _tpm;

    protected override IAttestingTpm Tpm => _tpm!;

    protected override TrustedRoots Roots => Vendors.Roots;

    public async ValueTask InitializeAsync()
    {
        string log = Path.Combine(_folder, "log");
        await File.WriteAllBytesAsync(log, _machine.EventLog.ToArray(), Cancellation);
        _tpm = await LiveTpm.OpenAsync(_machine.OpenDevice(), new LiveTpmOptions { AttestationKeyFile = Path.Combine(_folder, "ak"), EventLogFile = log, AttestationKeyType = akType }, TimeProvider.System, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _tpm!.DisposeAsync();
        _machine.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
