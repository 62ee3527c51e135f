using Errand.Attestation;

namespace Errand.Platform.Tests;

public abstract class DevelopmentTpmContract(EkTemplate template) : AttestingTpmContract, IDisposable
{
    private readonly DevelopmentTpm _tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template);

    protected override IAttestingTpm Tpm => _tpm;

    protected override TrustedRoots Roots => Vendors.Roots;

    public void Dispose()
    {
        _tpm.Dispose();
        GC.SuppressFinalize(this);
    }
}
