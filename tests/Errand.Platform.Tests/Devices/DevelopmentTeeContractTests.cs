using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class DevelopmentTeeContractTests : TeeReporterContract, IDisposable
{
    private readonly DevelopmentTee _tee = new(Vendors.Genoa, Vendors.TeeOptions);

    protected override ITeeReporter Reporter => _tee;

    protected override TrustedRoots Roots => Vendors.Roots;

    public void Dispose() => _tee.Dispose();
}
