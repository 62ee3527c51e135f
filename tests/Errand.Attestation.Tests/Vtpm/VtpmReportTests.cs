using Errand.Primitives;

namespace Errand.Attestation.Tests;

/// <summary>The form of a software TPM's report: one encoding, bounded, and nothing that makes reading or verifying it throw.</summary>
public sealed class VtpmReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Report_is_read_as_it_was_written_and_in_no_other_form()
    {
        byte[] encoded = Report().Encode();
        Assert.True(VtpmReport.TryParse(encoded, out VtpmReport? read));
        Assert.Equal(encoded, read.Encode());
        Assert.Equal(VtpmReport.QuotedPcrs, read.Pcrs.Pcrs);
        for (int size = 0; size < encoded.Length; size++) Assert.False(VtpmReport.TryParse(encoded.AsSpan(0, size), out _));
        Assert.False(VtpmReport.TryParse([.. encoded, 0], out _));
    }

    [Fact]
    public void Fields_that_are_missing_too_many_empty_or_of_another_size_are_refused()
    {
        byte[][] fields = [[1], [2], [3], new byte[9 * 32], [5]];
        Assert.True(VtpmReport.TryParse(Encode(fields), out _));
        Assert.False(VtpmReport.TryParse(Encode(fields[..4]), out _));
        Assert.False(VtpmReport.TryParse(Encode([.. fields, [6]]), out _));
        for (int i = 0; i < fields.Length; i++) Assert.False(VtpmReport.TryParse(Encode([.. fields[..i], [], .. fields[(i + 1)..]]), out _));
        foreach (int size in (int[])[8 * 32, 9 * 32 - 1, 9 * 32 + 1, 10 * 32]) Assert.False(VtpmReport.TryParse(Encode([.. fields[..3], new byte[size], fields[4]]), out _));
        Assert.False(VtpmReport.TryParse(Encode([new byte[1025], .. fields[1..]]), out _));
        Assert.False(VtpmReport.TryParse(Encode([.. fields[..4], new byte[VtpmReport.SizeMax]]), out _));
    }

    [Fact]
    public void Report_of_other_pcrs_or_too_long_a_log_is_not_written()
    {
        Assert.Throws<InvalidOperationException>(() => (Report() with { EventLog = new byte[VtpmReport.SizeMax] }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Report() with { Pcrs = Bank(PcrSet.Of(0, 4, 9)) }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Report() with { Pcrs = Bank(PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 8)) }).Encode());
    }

    [Fact]
    public void Bytes_that_are_no_evidence_are_refused_by_name()
    {
        var roots = TrustedRoots.Vendors;
        foreach (byte[] bytes in new byte[][] { [], [0], Report().Encode(), new byte[VtpmReport.SizeMax + 1] })
        {
            VtpmVerification verification = VtpmVerifier.Verify(bytes, [], roots, Now);
            Assert.Null(verification.Report);
            Assert.Equal(AttestationReason.Malformed, verification.Result.Reason);
        }
    }

    [Fact]
    public void Kind_travels_and_a_network_that_does_not_name_it_takes_none()
    {
        var evidence = new TeeEvidence(TeeKind.DevelopmentVtpm, Report().Encode(), [new byte[] { 1 }]);
        Assert.True(TeeEvidence.TryParse(evidence.Encode(), out TeeEvidence? read));
        Assert.Equal(TeeKind.DevelopmentVtpm, read.Kind);
        foreach (TeeKind other in (TeeKind[])[TeeKind.Tdx, TeeKind.Sgx, TeeKind.AwsNitro, TeeKind.AzureVtpm, (TeeKind)7, 0])
            Assert.False(TeeEvidence.TryParse((evidence with { Kind = other }).Encode(), out _));
        TeeAppraisal appraisal = TeeAppraiser.Appraise(read, new TeePolicy { Roots = TrustedRoots.Vendors, SevSnp = null }, Now);
        Assert.Equal(AttestationReason.TeeKind, appraisal.Result.Reason);
        Assert.Null(appraisal.ChipId);
        Assert.False(appraisal.IsDevelopment);
    }

    private static VtpmReport Report() => new() { AkPublic = new byte[] { 1 }, Attest = new byte[] { 2 }, Signature = new byte[] { 3 }, Pcrs = Bank(VtpmReport.QuotedPcrs), EventLog = new byte[] { 5 } };

    private static PcrBank Bank(PcrSet pcrs) => new(TpmAlgorithm.Sha256, pcrs.Indices().Select(index => KeyValuePair.Create(index, new ReadOnlyMemory<byte>(new byte[32]))));

    private static byte[] Encode(byte[][] fields)
    {
        CanonicalWriter writer = new CanonicalWriter().Map(fields.Length);
        for (int i = 0; i < fields.Length; i++) writer.Key(i).Bytes(fields[i]);
        return writer.ToArray();
    }
}
