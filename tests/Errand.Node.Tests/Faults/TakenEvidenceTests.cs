using Errand.Attestation;
using Errand.Enclave;
using Errand.Platform;
using Errand.Tests;

namespace Errand.Node.Tests;

/// <summary>What a node makes of a report that an enclave took itself.</summary>
public sealed class TakenEvidenceTests : IDisposable
{
    private readonly DevelopmentVendor _vendor = TestVendor.Open();
    private readonly TeeEvidence _signed;

    public TakenEvidenceTests()
    {
        using var tee = new DevelopmentTee(_vendor, new DevelopmentTeeOptions { ChipId = DevelopmentTee.DeriveChipId(_vendor.ProductLine, "chip"u8), Measurement = new byte[48] });
        _signed = tee.Report(new byte[64]);
    }

    private static Machine Host => new(null!, null);

    public void Dispose() => _vendor.Dispose();

    [Fact]
    public void Snp_report_with_its_certificates_is_the_evidence_that_a_tee_gives()
    {
        TeeEvidence made = TakenEvidence.Read(new TakenReport(TsmProvider.SevGuest, _signed.Report, SnpTables.Of(_signed.Certificates)), Host);
        Assert.Equal(_signed.Encode(), made.Encode());
    }

    [Fact]
    public void Report_without_what_must_go_with_it_is_refused_with_what_to_do()
    {
        Assert.Contains("VCEK, ASK and ARK", Refusal(TsmProvider.SevGuest, []), StringComparison.Ordinal);
        Assert.Contains("VCEK, ASK and ARK", Refusal(TsmProvider.SevGuest, new byte[24]), StringComparison.Ordinal);
        Assert.Contains("VCEK, ASK and ARK", Refusal(TsmProvider.SevGuest, SnpTables.Of((SnpTables.Vcek, _signed.Certificates[0].ToArray()))), StringComparison.Ordinal);
        Assert.Contains("Fetch TCB info", Refusal(TsmProvider.TdxGuest, SnpTables.Of(_signed.Certificates)), StringComparison.Ordinal);
    }

    private string Refusal(TsmProvider provider, byte[] auxiliary) =>
        Assert.Throws<NotSupportedException>(() => TakenEvidence.Read(new TakenReport(provider, _signed.Report, auxiliary), Host)).Message;
}
