using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>Seeds sealed to a TPM and to its boot, on swtpm and on the development TPM.</summary>
public sealed class SealedNodeKeysTests(SwtpmFixture swtpm) : IClassFixture<SwtpmFixture>
{
    private readonly byte[] _seeds = RandomNumberGenerator.GetBytes(64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(128)]
    public async Task Secret_is_opened_by_the_same_tpm_after_the_same_boot(int size)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(size);
        string file = swtpm.At($"keys-{size}");
        await using (LiveTpm tpm = await OpenAsync()) await SealedNodeKeys.SealAsync(tpm, secret, SealedNodeKeys.DefaultPcrs, file, Cancellation);
        await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);
        await using LiveTpm again = await OpenAsync();
        Assert.Equal(secret, await SealedNodeKeys.TryUnsealAsync(again, file, Cancellation));
        if (size >= 64) Assert.Equal(-1, (await File.ReadAllBytesAsync(file, Cancellation)).AsSpan().IndexOf(secret.AsSpan(0, 16)));
    }

    [Fact]
    public async Task Secret_is_not_opened_after_another_boot_and_is_again_after_the_old_one()
    {
        string file = swtpm.At("keys-boot");
        await using LiveTpm tpm = await OpenAsync();
        await SealedNodeKeys.SealAsync(tpm, _seeds, SealedNodeKeys.DefaultPcrs, file, Cancellation);
        await swtpm.Machine.RebootAsync(new DevelopmentBoot { Kernel = "evil" }, Cancellation);
        TpmException changed = await Assert.ThrowsAsync<TpmException>(() => SealedNodeKeys.TryUnsealAsync(tpm, file, Cancellation));
        Assert.Equal(TpmError.SealedToOtherState, changed.Error);
        Assert.Contains("errand node restore", changed.Remedy, StringComparison.Ordinal);
        await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);
        Assert.Equal(_seeds, await SealedNodeKeys.TryUnsealAsync(tpm, file, Cancellation));
        Assert.Empty(await new TpmClient(swtpm.Machine.Tpm, TimeProvider.System).ReadHandlesAsync(TpmHandles.TransientFirst, Cancellation));
    }

    [Fact]
    public async Task Extending_a_pcr_after_opening_closes_the_secret()
    {
        string file = swtpm.At("keys-extend");
        await using LiveTpm tpm = await OpenAsync();
        await SealedNodeKeys.SealAsync(tpm, _seeds, PcrSet.Of(7, 16), file, Cancellation);
        await new TpmClient(swtpm.Machine.Tpm, TimeProvider.System).ExtendPcrAsync(16, TpmAlgorithm.Sha256, new byte[32], Cancellation);
        Assert.Equal(TpmError.SealedToOtherState, (await Assert.ThrowsAsync<TpmException>(() => SealedNodeKeys.TryUnsealAsync(tpm, file, Cancellation))).Error);
    }

    [Fact]
    public async Task Disk_in_another_machine_is_sealed_elsewhere_even_when_it_says_otherwise()
    {
        string file = swtpm.At("keys-disk");
        await using LiveTpm tpm = await OpenAsync();
        await SealedNodeKeys.SealAsync(tpm, _seeds, SealedNodeKeys.DefaultPcrs, file, Cancellation);
        using DevelopmentTpm machine = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        await using LiveTpm thief = await LiveTpm.OpenAsync(machine.OpenDevice(), new LiveTpmOptions { AttestationKeyFile = swtpm.At("ak-thief") }, TimeProvider.System, Cancellation);
        Assert.Equal(TpmError.SealedElsewhere, (await Assert.ThrowsAsync<TpmException>(() => SealedNodeKeys.TryUnsealAsync(thief, file, Cancellation))).Error);
        TpmBlobFile stolen = TpmBlobFile.TryDecode(await File.ReadAllBytesAsync(file, Cancellation))!;
        await File.WriteAllBytesAsync(file, (stolen with { EkName = thief.EkPublic.Name }).Encode(), Cancellation);
        Assert.Equal(TpmError.SealedElsewhere, (await Assert.ThrowsAsync<TpmException>(() => SealedNodeKeys.TryUnsealAsync(thief, file, Cancellation))).Error);
    }

    [Fact]
    public async Task Damaged_file_is_sealed_elsewhere_and_no_file_is_null()
    {
        string file = swtpm.At("keys-damaged");
        await using LiveTpm tpm = await OpenAsync();
        Assert.Null(await SealedNodeKeys.TryUnsealAsync(tpm, file, Cancellation));
        await SealedNodeKeys.SealAsync(tpm, _seeds, SealedNodeKeys.DefaultPcrs, file, Cancellation);
        byte[] good = await File.ReadAllBytesAsync(file, Cancellation);
        for (int i = 0; i < good.Length; i += 7)
        {
            byte[] bad = [.. good];
            bad[i] ^= 1;
            await File.WriteAllBytesAsync(file, bad, Cancellation);
            TpmException refused = await Assert.ThrowsAsync<TpmException>(() => SealedNodeKeys.TryUnsealAsync(tpm, file, Cancellation));
            Assert.True(refused.Error is TpmError.SealedElsewhere or TpmError.SealedToOtherState, $"byte {i}: {refused.Error}");
        }
    }

    [Fact]
    public async Task Development_tpm_seals_too()
    {
        using DevelopmentTpm machine = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        await using LiveTpm tpm = await LiveTpm.OpenAsync(machine.OpenDevice(), new LiveTpmOptions { AttestationKeyFile = swtpm.At("ak-dev") }, TimeProvider.System, Cancellation);
        string file = swtpm.At("keys-dev");
        await SealedNodeKeys.SealAsync(tpm, _seeds, SealedNodeKeys.DefaultPcrs, file, Cancellation);
        Assert.Equal(_seeds, await SealedNodeKeys.TryUnsealAsync(tpm, file, Cancellation));
        machine.Reboot(new DevelopmentBoot { SecureBoot = false });
        Assert.Equal(TpmError.SealedToOtherState, (await Assert.ThrowsAsync<TpmException>(() => SealedNodeKeys.TryUnsealAsync(tpm, file, Cancellation))).Error);
    }

    private Task<LiveTpm> OpenAsync() => LiveTpm.OpenAsync(swtpm.Machine.Tpm, swtpm.Options(EkTemplate.RsaL1), TimeProvider.System, Cancellation);
}
