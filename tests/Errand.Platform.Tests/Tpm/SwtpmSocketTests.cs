using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>swtpm behind a Unix socket.</summary>
public sealed class SwtpmSocketTests(SwtpmFixture swtpm) : TpmContract, IClassFixture<SwtpmFixture>
{
    protected override ITpm Tpm => swtpm.Machine.Tpm;

    protected override EkTemplate Template => EkTemplate.RsaL1;
}
