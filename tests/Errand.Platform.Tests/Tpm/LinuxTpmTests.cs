using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>The machine's own TPM, where it has one that this user may use. Extends nothing.</summary>
public sealed class LinuxTpmTests : TpmContract, IAsyncDisposable
{
    private LinuxTpm? _tpm;

    protected override ITpm Tpm
    {
        get
        {
            Assert.SkipUnless(File.Exists(LinuxTpm.DefaultDevice), $"This machine has no TPM at {LinuxTpm.DefaultDevice}: hardware is not tested.");
            return _tpm ??= LinuxTpm.Open();
        }
    }

    protected override EkTemplate Template => EkTemplate.EccL2;

    protected override int? FreePcr => null;

    public ValueTask DisposeAsync() => _tpm?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public void Device_that_is_not_there_is_named_with_a_remedy()
    {
        TpmException missing = Assert.Throws<TpmException>(() => LinuxTpm.Open("/dev/no-such-tpm"));
        Assert.Equal(TpmError.DeviceMissing, missing.Error);
        Assert.Contains("firmware", missing.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_that_gives_no_response_is_malformed()
    {
        // /dev/zero takes every command and answers with zeros, which no TPM does.
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero here.");
        await using LinuxTpm tpm = LinuxTpm.Open("/dev/zero");
        TpmException fault = await Assert.ThrowsAsync<TpmException>(async () => await new TpmClient(tpm, TimeProvider.System).GetRandomAsync(8, Cancellation));
        Assert.Equal(TpmError.MalformedResponse, fault.Error);
    }
}
