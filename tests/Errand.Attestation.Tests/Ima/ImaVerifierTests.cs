namespace Errand.Attestation.Tests;

public sealed class ImaVerifierTests
{
    private static readonly byte[] First = TpmAlgorithm.Sha256.Hash("first"u8);
    private static readonly byte[] Second = TpmAlgorithm.Sha256.Hash("second"u8);

    [Theory]
    [InlineData(TpmAlgorithm.Sha256, ImaDigestStyle.PerBank, 7)]
    [InlineData(TpmAlgorithm.Sha256, ImaDigestStyle.PerBank, 9)]
    [InlineData(TpmAlgorithm.Sha256, ImaDigestStyle.PaddedSha1, 7)]
    [InlineData(TpmAlgorithm.Sha384, ImaDigestStyle.PerBank, 9)]
    [InlineData(TpmAlgorithm.Sha1, ImaDigestStyle.PerBank, 7)]
    public void List_that_leads_to_the_quoted_pcr_is_verified_up_to_there(TpmAlgorithm bank, ImaDigestStyle style, int last)
    {
        byte[] list = List(bank, last);
        byte[] longer = [.. list, .. ImaMaker.Ng("/later", new byte[32])];
        foreach (byte[] each in (byte[][])[list, longer])
        {
            ImaVerification verification = ImaVerifier.Verify(ImaLog.TryParse(each), Quoted(bank, list, style));
            Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
            Assert.Equal(["boot_aggregate", "/first", "/second"], verification.Log!.Entries.Select(entry => entry.Path));
            Assert.Equal(style, verification.Log.Style);
            Assert.Equal(CheckOutcome.Passed, verification.Result.Find("ima-boot-aggregate")!.Outcome);
        }
    }

    [Fact]
    public void List_that_was_cut_reordered_or_altered_is_pcr_mismatch()
    {
        byte[] list = List(TpmAlgorithm.Sha256, 7);
        PcrBank quoted = Quoted(TpmAlgorithm.Sha256, list, ImaDigestStyle.PerBank);
        byte[] aggregate = Aggregate(TpmAlgorithm.Sha256, 7);
        byte[] first = ImaMaker.Ng("/first", First);
        byte[] second = ImaMaker.Ng("/second", Second);
        Fails(AttestationReason.PcrMismatch, [.. aggregate, .. first]);
        Fails(AttestationReason.PcrMismatch, [.. aggregate, .. second, .. first]);
        Fails(AttestationReason.PcrMismatch, [.. aggregate, .. ImaMaker.Ng("/other", First), .. second]);
        Fails(AttestationReason.PcrMismatch, [.. aggregate, .. first, .. ImaMaker.Violation("/second")]);
        Fails(AttestationReason.PcrMismatch, []);
        // The list's own digests must be right too.
        byte[] wrong = [.. list];
        wrong[4] ^= 1;
        Fails(AttestationReason.PcrMismatch, wrong);
        Assert.Equal(AttestationReason.Malformed, ImaVerifier.Verify(null, quoted).Result.Reason);
        Assert.Equal(AttestationReason.PcrMismatch, ImaVerifier.Verify(ImaLog.TryParse(list), new PcrBank(TpmAlgorithm.Sha256, [])).Result.Reason);

        void Fails(AttestationReason reason, byte[] bytes)
        {
            ImaVerification verification = ImaVerifier.Verify(ImaLog.TryParse(bytes), quoted);
            Assert.Equal(reason, verification.Result.Reason);
            Assert.Null(verification.Log);
        }
    }

    [Fact]
    public void Entries_for_other_pcrs_are_not_vouched_for()
    {
        byte[] list = List(TpmAlgorithm.Sha256, 7);
        PcrBank quoted = Quoted(TpmAlgorithm.Sha256, list, ImaDigestStyle.PerBank);
        ImaVerification verification = ImaVerifier.Verify(ImaLog.TryParse([.. ImaMaker.Ng("/elsewhere", First, pcr: 11), .. list]), quoted);
        Assert.True(verification.Result.Accepted);
        Assert.Equal(3, verification.Log!.Entries.Count);
        var untouched = new PcrBank(TpmAlgorithm.Sha256, [KeyValuePair.Create(10, (ReadOnlyMemory<byte>)new byte[32])]);
        Assert.Equal(AttestationReason.PcrMismatch, ImaVerifier.Verify(ImaLog.TryParse(ImaMaker.Ng("/elsewhere", First, pcr: 11)), untouched).Result.Reason);
    }

    [Fact]
    public void List_of_another_boot_is_ima_boot_aggregate()
    {
        byte[] list = [.. ImaMaker.Ng("boot_aggregate", new byte[32]), .. ImaMaker.Ng("/first", First)];
        Assert.Equal(AttestationReason.ImaBootAggregate, ImaVerifier.Verify(ImaLog.TryParse(list), Quoted(TpmAlgorithm.Sha256, list, ImaDigestStyle.PerBank)).Result.Reason);
        byte[] without = ImaMaker.Ng("/first", First);
        Assert.Equal(AttestationReason.ImaBootAggregate, ImaVerifier.Verify(ImaLog.TryParse(without), Quoted(TpmAlgorithm.Sha256, without, ImaDigestStyle.PerBank)).Result.Reason);
        byte[] violated = ImaMaker.Violation("boot_aggregate");
        Assert.Equal(AttestationReason.ImaBootAggregate, ImaVerifier.Verify(ImaLog.TryParse(violated), Quoted(TpmAlgorithm.Sha256, violated, ImaDigestStyle.PerBank)).Result.Reason);

        // Without the firmware's PCRs nobody can tell.
        PcrBank only = new(TpmAlgorithm.Sha256, [KeyValuePair.Create(10, Quoted(TpmAlgorithm.Sha256, list, ImaDigestStyle.PerBank)[10])]);
        Assert.Equal(CheckOutcome.NotChecked, ImaVerifier.Verify(ImaLog.TryParse(list), only).Result.Find("ima-boot-aggregate")!.Outcome);
    }

    [Fact]
    public void Policy_allows_listed_files_only_and_refuses_violations_and_padding_unless_told()
    {
        byte[] list = [.. List(TpmAlgorithm.Sha256, 7), .. ImaMaker.Violation("/second")];
        VerifiedImaLog verified = ImaVerifier.Verify(ImaLog.TryParse(list), Quoted(TpmAlgorithm.Sha256, list, ImaDigestStyle.PerBank)).Log!;
        string[] digests = [.. verified.Entries.Skip(1).Take(2).Select(entry => entry.DigestText)];
        var policy = new ImaPolicy { AllowedDigests = digests.ToHashSet(), AllowViolations = true, AllowPaddedSha1 = false };
        Assert.True(ImaAppraiser.Appraise(verified, policy).Accepted);
        Assert.Equal(AttestationReason.ImaViolation, ImaAppraiser.Appraise(verified, policy with { AllowViolations = false }).Reason);
        AttestationResult refused = ImaAppraiser.Appraise(verified, policy with { AllowedDigests = digests.Take(1).ToHashSet() });
        Assert.Equal(AttestationReason.ImaFile, refused.Reason);
        Assert.Contains("/second " + digests[1], refused.Find("ima-files")!.Actual, StringComparison.Ordinal);
        Assert.Equal(AttestationReason.ImaFile, ImaAppraiser.Appraise(verified, policy with { AllowedDigests = new HashSet<string>() }).Reason);

        VerifiedImaLog padded = ImaVerifier.Verify(ImaLog.TryParse(list), Quoted(TpmAlgorithm.Sha256, list, ImaDigestStyle.PaddedSha1)).Log!;
        Assert.Equal(AttestationReason.PcrSelection, ImaAppraiser.Appraise(padded, policy).Reason);
        Assert.True(ImaAppraiser.Appraise(padded, policy with { AllowPaddedSha1 = true }).Accepted);
    }

    private static byte[] List(TpmAlgorithm bank, int last) => [.. Aggregate(bank, last), .. ImaMaker.Ng("/first", First), .. ImaMaker.Ng("/second", Second)];

    private static byte[] Aggregate(TpmAlgorithm bank, int last) =>
        ImaMaker.Ng("boot_aggregate", bank.Hash([.. Enumerable.Range(0, last + 1).SelectMany(i => Enumerable.Repeat((byte)i, bank.DigestSize()))]), hash: bank.BankName());

    /// <summary>PCR i is full of bytes i, but for PCR 10, extended here by hand.</summary>
    private static PcrBank Quoted(TpmAlgorithm bank, byte[] list, ImaDigestStyle style)
    {
        var pcr = new byte[bank.DigestSize()];
        foreach (ImaEntry entry in ImaLog.TryParse(list)!.Entries)
        {
            byte[] digest = style == ImaDigestStyle.PerBank ? bank.Hash(entry.TemplateData.Span) : [.. TpmAlgorithm.Sha1.Hash(entry.TemplateData.Span), .. new byte[bank.DigestSize() - 20]];
            if (entry.IsViolation) digest = [.. Enumerable.Repeat((byte)0xFF, bank.DigestSize())];
            pcr = bank.Hash([.. pcr, .. digest]);
        }
        return new PcrBank(bank, [.. Enumerable.Range(0, 10).Select(i => KeyValuePair.Create(i, (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)i, bank.DigestSize()).ToArray())), KeyValuePair.Create(10, (ReadOnlyMemory<byte>)pcr)]);
    }
}
