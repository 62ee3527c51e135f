using Errand.Attestation;

namespace Errand.Platform.Tests;

public abstract class LiveTpmOnSwtpmContract(SwtpmFixture swtpm, EkTemplate template, TpmAlgorithm akType) : AttestingTpmContract, IClassFixture<SwtpmFixture>, IAsyncLifetime
{
    private LiveTpm? _tpm;

    protected override IAttestingTpm Tpm => _tpm!;

    protected override TrustedRoots Roots => swtpm.Roots;

    // swtpm's authority certifies from the moment on at which it was made.
    protected override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync() => _tpm = await LiveTpm.OpenAsync(swtpm.Machine.Tpm, swtpm.Options(template, akType), TimeProvider.System, Cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_tpm is not null) await _tpm.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
