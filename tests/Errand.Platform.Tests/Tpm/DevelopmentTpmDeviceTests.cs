using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

public sealed class DevelopmentTpmDeviceTests : TpmContract, IDisposable
{
    private readonly DevelopmentTpm _tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);

    public DevelopmentTpmDeviceTests() => Tpm = _tpm.OpenDevice();

    protected override ITpm Tpm { get; }

    protected override EkTemplate Template => EkTemplate.EccL2;

    public void Dispose() => _tpm.Dispose();
}
