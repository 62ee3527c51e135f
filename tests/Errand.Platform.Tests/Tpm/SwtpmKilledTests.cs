using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>A swtpm process that is killed under its node, and a host that is killed over its swtpm.</summary>
public sealed class SwtpmKilledTests : IDisposable
{
    private static readonly byte[] Nonce = SHA256.HashData("nonce"u8);
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-killed").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string TpmFolder => Path.Combine(_folder, "m");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Killed_swtpm_is_named_and_goes_on_with_its_keys_when_it_is_started_again()
    {
        await using SwtpmMachine first = await StartAsync();
        await using LiveTpm tpm = await OpenAsync(first);
        TpmsAttest before = await QuoteAsync(tpm);
        await SealedNodeKeys.SealAsync(tpm, Nonce, SealedNodeKeys.DefaultPcrs, Path.Combine(_folder, "keys"), Cancellation);

        Kill();
        TpmException gone = await Assert.ThrowsAsync<TpmException>(async () => await tpm.QuoteAsync(Nonce, PcrSet.Of(0), Cancellation));
        Assert.True(gone.Error is TpmError.DeviceMissing or TpmError.Transport, gone.Message);
        Assert.Contains("swtpm", gone.Remedy, StringComparison.Ordinal);

        // The same node, on the same open adapter, finds what another process has become; its boot is another one, and it says so.
        await using SwtpmMachine second = await StartAsync();
        TpmsAttest after = await QuoteAsync(tpm);
        Assert.True(after.ClockInfo.ResetCount > before.ClockInfo.ResetCount);
        Assert.Equal(before.PcrDigest.ToArray(), after.PcrDigest.ToArray());
        Assert.Equal(Nonce, await SealedNodeKeys.TryUnsealAsync(tpm, Path.Combine(_folder, "keys"), Cancellation));
        await using LiveTpm again = await OpenAsync(second);
        Assert.False(again.IsNewAttestationKey);
        Assert.Equal(tpm.AkPublic.Name, again.AkPublic.Name);
    }

    [Fact]
    public async Task What_a_killed_host_had_loaded_is_freed_by_the_next_one()
    {
        await using SwtpmMachine killed = await StartAsync();
        TpmsAttest before = await QuoteAsync(await OpenAsync(killed));
        var client = new TpmClient(killed.Tpm, TimeProvider.System);
        for (int i = 0; i < 3; i++) await client.CreatePrimaryAsync(TpmKeyTemplates.Endorsement(EkTemplate.EccL2), default, Cancellation);
        for (int i = 0; i < 3; i++) await client.StartPolicySessionAsync(Cancellation);

        await using SwtpmMachine taken = await StartAsync();
        await using LiveTpm tpm = await OpenAsync(taken);
        Assert.Equal(before.ClockInfo.ResetCount, (await QuoteAsync(tpm)).ClockInfo.ResetCount);
        Assert.Empty(await client.ReadHandlesAsync(TpmHandles.TransientFirst, Cancellation));
        Assert.Empty(await client.ReadHandlesAsync(TpmHandles.LoadedSessionFirst, Cancellation));
    }

    [Fact]
    public async Task Tpm_whose_making_was_cut_off_is_made_anew()
    {
        Directory.CreateDirectory(Path.Combine(TpmFolder, "unfinished"));
        await File.WriteAllBytesAsync(Path.Combine(TpmFolder, "unfinished", "tpm2-00.permall"), new byte[100], Cancellation);
        await using SwtpmMachine machine = await StartAsync();
        await using LiveTpm tpm = await OpenAsync(machine);
        Assert.NotNull(await QuoteAsync(tpm));
    }

    private Task<SwtpmMachine> StartAsync()
    {
        Assert.SkipUnless(SwtpmTools.AreInstalled, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
        return SwtpmMachine.StartAsync(TpmFolder, new SwtpmAuthority(Path.Combine(_folder, "authority")), new DevelopmentBoot(), TimeProvider.System, Cancellation);
    }

    private Task<LiveTpm> OpenAsync(SwtpmMachine machine) => LiveTpm.OpenAsync(machine.Tpm, new LiveTpmOptions
    {
        AttestationKeyFile = Path.Combine(_folder, "ak"),
        EventLogFile = machine.EventLogFile,
        IssuerCertificates = new SwtpmAuthority(Path.Combine(_folder, "authority")).Certificates,
    }, TimeProvider.System, Cancellation);

    private static async Task<TpmsAttest> QuoteAsync(LiveTpm tpm) => TpmsAttest.TryParse((await tpm.QuoteAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation)).Attest.Span, out _)!;

    // The process that this test started, by the number that it wrote.
    private void Kill()
    {
        using Process process = Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(TpmFolder, "pid")).AsSpan().Trim(), CultureInfo.InvariantCulture));
        Assert.Equal("swtpm", process.ProcessName);
        process.Kill();
        process.WaitForExit();
    }
}
