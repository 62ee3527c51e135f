using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>The software TPM of a host's virtual machines, speaking for the host itself.</summary>
public sealed class VtpmTemplateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-vtpm").FullName;
    private readonly DevelopmentVendor _vendor = Vendors.Genoa;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Host_reports_which_tpm_its_machines_have_and_never_what_one_booted()
    {
        Assert.SkipUnless(SwtpmTools.AreInstalled, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
        using VtpmTemplate template = await OpenAsync("a");
        byte[] state = await File.ReadAllBytesAsync(template.StateFile, Cancellation);
        // Several at once take turns.
        TeeEvidence[] reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => template.ReportAsync(Data(i), Cancellation)));
        for (int i = 0; i < reports.Length; i++)
        {
            Assert.True(TeeEvidence.TryParse(reports[i].Encode(), out TeeEvidence? read));
            TeeAppraisal taken = Appraise(read, new VtpmPolicy { References = null, TpmId = null, ReportData = Data(i) });
            Assert.True(taken.Result.Accepted, taken.Result.FirstFailure?.ToString());
            Assert.Equal(taken.ChipId!.Value.ToArray(), read.ReadChipId()!.Value.ToArray());
            Assert.Equal(reports[0].ReadChipId()!.Value.ToArray(), read.ReadChipId()!.Value.ToArray());
            // Where a machine's boot is asked for, the host's word is not one.
            Assert.Equal(AttestationReason.Measurement, Appraise(read, new VtpmPolicy { References = [], TpmId = null, ReportData = Data(i) }).Result.Reason);
        }
        Assert.Equal(AttestationReason.ReportData, Appraise(reports[0], new VtpmPolicy { References = null, TpmId = null, ReportData = Data(1) }).Result.Reason);
        Assert.Equal(state, await File.ReadAllBytesAsync(template.StateFile, Cancellation));

        // Opened again it is the same, another is another.
        using VtpmTemplate again = await OpenAsync("a"), other = await OpenAsync("b");
        Assert.Equal(reports[0].ReadChipId()!.Value.ToArray(), (await again.ReportAsync(Data(0), Cancellation)).ReadChipId()!.Value.ToArray());
        TeeEvidence foreign = await other.ReportAsync(Data(0), Cancellation);
        Assert.Equal(AttestationReason.ChipMismatch, Appraise(foreign, new VtpmPolicy { References = null, TpmId = reports[0].ReadChipId(), ReportData = Data(0) }).Result.Reason);
        Assert.Equal(AttestationReason.AkAttributes, Appraise(foreign with { Certificates = template.Certificates }, new VtpmPolicy { References = null, TpmId = null, ReportData = Data(0) }).Result.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public async Task Report_data_of_another_size_is_an_argument_error(int size)
    {
        Assert.SkipUnless(SwtpmTools.AreInstalled, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
        using VtpmTemplate template = await OpenAsync("a");
        await Assert.ThrowsAsync<ArgumentException>(() => template.ReportAsync(new byte[size], Cancellation));
    }

    private static byte[] Data(int number) => [.. Enumerable.Repeat((byte)number, 64)];

    private Task<VtpmTemplate> OpenAsync(string name) => VtpmTemplate.OpenAsync(Path.Combine(_folder, name), _vendor, TimeProvider.System, Cancellation);

    private TeeAppraisal Appraise(TeeEvidence evidence, VtpmPolicy policy) => TeeAppraiser.Appraise(evidence, new TeePolicy
    {
        Roots = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.DevelopmentVtpm, "virtual TPMs", _vendor.VtpmRootDigest),
        SevSnp = null,
        DevelopmentVtpm = policy,
    }, TimeProvider.System.GetUtcNow());
}
