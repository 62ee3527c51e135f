namespace Errand.Attestation.Tests;

public sealed class EvidenceVerifierTests
{
    public static TheoryData<string> Kinds => ["tdx", "sgx", "nitro", "tpm-quote"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_a_policy_good_evidence_is_authentic_and_never_accepted(string kind)
    {
        ExplainedResult result = EvidenceScenes.Appraise(FilesOf(kind), at: AtOf(kind));
        Assert.True(result.Verdict == Verdict.Authentic, result.Sentence);
        Assert.Equal((kind, "none", CheckOutcome.Passed), (result.Kind, result.Reason, result.Authenticity.Outcome));
        Assert.Null(result.Appraisal);
        Assert.NotEmpty(result.Claims);
        Assert.All(result.Files, file => Assert.True(file.Used, file.Role));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_drafted_policy_accepts_its_evidence_and_a_template_does_not(string kind)
    {
        EvidenceBundle bundle = EvidenceScenes.Bundle(FilesOf(kind));
        AppraisalPolicy draft = EvidenceVerifier.DraftPolicy(bundle, Collateral.None, EvidenceScenes.Roots, AtOf(kind))!;
        // Through a file and back, as people use it.
        Assert.True(AppraisalPolicyFile.TryParse(System.Text.Encoding.UTF8.GetBytes(AppraisalPolicyFile.Write(draft, ["Made by a test."])), null, out AppraisalPolicy? read, out IReadOnlyList<PolicyFault> faults), string.Join("; ", faults));
        ExplainedResult accepted = EvidenceVerifier.Appraise(bundle, Collateral.None, read, EvidenceScenes.Roots, AtOf(kind));
        Assert.True(accepted.Verdict == Verdict.Accepted, accepted.Sentence);

        ExplainedResult refused = EvidenceVerifier.Appraise(bundle, Collateral.None, PolicyTemplates.For(bundle.Kind), EvidenceScenes.Roots, AtOf(kind));
        Assert.Equal((Verdict.Rejected, CheckOutcome.Passed, CheckOutcome.Failed), (refused.Verdict, refused.Authenticity.Outcome, refused.Appraisal!.Outcome));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_policy_without_a_section_for_the_kind_refuses_it(string kind)
    {
        ExplainedResult result = EvidenceScenes.Appraise(FilesOf(kind), AppraisalPolicy.Nothing, at: AtOf(kind));
        Assert.Equal((Verdict.Rejected, "tee-kind"), (result.Verdict, result.Reason));
        Assert.Contains(result.Appraisal!.Checks, check => check is { Name: "kind-allowed", Outcome: CheckOutcome.Failed });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_nonce_must_be_there_as_a_whole(string kind)
    {
        ExplainedResult plain = EvidenceScenes.Appraise(FilesOf(kind), at: AtOf(kind));
        string name = kind is "nitro" or "tpm-quote" ? "nonce" : "report-data";
        byte[] nonce = Convert.FromHexString(plain.Claims[name]);
        Assert.Equal(Verdict.Authentic, EvidenceScenes.Appraise(FilesOf(kind), at: AtOf(kind), nonce: Convert.FromHexString(EvidenceScenes.Appraise(FilesOf(kind), at: AtOf(kind)).Claims[name])).Verdict);
        ExplainedResult cut = EvidenceScenes.Appraise(FilesOf(kind), at: AtOf(kind), nonce: nonce[..^1]);
        Assert.Equal((Verdict.Rejected, "nonce"), (cut.Verdict, cut.Reason));
        nonce[0] ^= 1;
        Assert.Equal(Verdict.Rejected, EvidenceScenes.Appraise(FilesOf(kind), at: AtOf(kind), nonce: nonce).Verdict);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Evidence_under_no_pinned_root_says_nothing(string kind)
    {
        // A TPM quote without a certificate rests on the key alone, which the result says.
        if (kind == "tpm-quote")
        {
            Assert.Contains(EvidenceScenes.Appraise(FilesOf(kind)).Authenticity.Checks, check => check is { Name: "ak-certificate", Outcome: CheckOutcome.NotChecked });
            return;
        }
        ExplainedResult result = EvidenceScenes.Appraise(FilesOf(kind), AppraisalPolicy.Nothing, TrustedRoots.None, AtOf(kind));
        Assert.Equal(Verdict.Rejected, result.Verdict);
        Assert.Empty(result.Claims);
        Assert.Null(result.WillFailAt);
        Assert.Equal(CheckOutcome.NotChecked, result.Appraisal!.Outcome);
    }

    [Fact]
    public void What_ends_first_is_what_fails_then()
    {
        ExplainedResult now = EvidenceScenes.Appraise(EvidenceScenes.Quote(IntelTeeType.Tdx));
        ExplainedEnd end = now.WillFailAt!;
        ExplainedResult then = EvidenceScenes.Appraise(EvidenceScenes.Quote(IntelTeeType.Tdx), at: end.At);
        ExplainedResult later = EvidenceScenes.Appraise(EvidenceScenes.Quote(IntelTeeType.Tdx), at: end.At.AddSeconds(1));
        Assert.Equal(Verdict.Authentic, then.Verdict);
        Assert.Equal(Verdict.Rejected, later.Verdict);
        Assert.Contains(later.Authenticity.Checks, check => check.Name == end.Check && check.Outcome == CheckOutcome.Failed);
    }

    [Fact]
    public void A_log_alone_is_signed_by_nobody_whatever_the_policy_says()
    {
        Assert.Equal(Verdict.Unsigned, EvidenceScenes.Appraise(EvidenceScenes.Log()).Verdict);
        Assert.Equal(Verdict.Unsigned, EvidenceScenes.Appraise(EvidenceScenes.Log(), AppraisalPolicy.Nothing).Verdict);
        Assert.Null(EvidenceVerifier.DraftPolicy(EvidenceScenes.Bundle(EvidenceScenes.Log()), Collateral.None, EvidenceScenes.Roots, IntelScene.Now));
    }

    [Theory]
    [InlineData(TpmObjectAttributes.Restricted)]
    [InlineData(TpmObjectAttributes.FixedTpm)]
    [InlineData(TpmObjectAttributes.SensitiveDataOrigin)]
    public void A_key_that_signs_what_no_TPM_made_is_refused(TpmObjectAttributes dropped)
    {
        ExplainedResult result = EvidenceScenes.Appraise(EvidenceScenes.TpmQuote(dropped));
        Assert.Equal((Verdict.Rejected, "ak-attributes"), (result.Verdict, result.Reason));
    }

    [Fact]
    public void A_log_that_does_not_lead_to_the_quoted_values_is_refused()
    {
        ExplainedResult result = EvidenceScenes.Appraise(EvidenceScenes.TpmQuote(pcr: new string('7', 64)));
        Assert.Equal((Verdict.Rejected, "pcr-mismatch"), (result.Verdict, result.Reason));
    }

    [Theory]
    [InlineData(EvidenceRole.TpmSignature, "quote-signature")]
    [InlineData(EvidenceRole.TpmPublic, "ak-key")]
    [InlineData(EvidenceRole.PcrValues, "pcr-digest")]
    public void A_quote_with_a_part_missing_is_refused(EvidenceRole missing, string check)
    {
        ExplainedResult result = EvidenceScenes.Appraise(EvidenceScenes.TpmQuote().Where(file => !RoleRecogniser.Recognise(file.Bytes).Contains(missing)));
        Assert.Equal(Verdict.Rejected, result.Verdict);
        Assert.Contains(result.Authenticity.Checks, item => item.Name == check && item.Outcome == CheckOutcome.Failed);
    }

    [Theory]
    [InlineData(TpmAlgorithm.Sha1, "false")]
    [InlineData(TpmAlgorithm.Sha384, "false")]
    public void What_a_log_claims_is_read_from_the_quoted_bank(TpmAlgorithm other, string expected)
    {
        // The genuine digest of "off" in the quoted bank; in the other bank, which nothing refutes, the digest of what the log says.
        byte[] off = LogMaker.Variable("SecureBoot", [0]);
        byte[] genuine = Event(off, off, off);
        byte[] relabelled = Event(LogMaker.SecureBootOn, off, LogMaker.SecureBootOn);
        byte[] spec = [.. "Spec ID Event03\0"u8, 0, 0, 0, 0, 0, 2, 0, 2, 2, 0, 0, 0, (byte)other, 0, (byte)other.DigestSize(), 0, (byte)TpmAlgorithm.Sha256, 0, 32, 0, 0];
        byte[] start = [0, 0, 0, 0, 3, 0, 0, 0, .. new byte[20], (byte)spec.Length, 0, 0, 0, .. spec];

        ExplainedResult forged = EvidenceScenes.Appraise(EvidenceScenes.TpmQuote(otherLog: [.. start, .. relabelled]));
        Assert.True(forged.Verdict == Verdict.Authentic, forged.Sentence);
        Assert.DoesNotContain("secure-boot", forged.Claims.Keys);
        Assert.Equal(expected, EvidenceScenes.Appraise(EvidenceScenes.TpmQuote(otherLog: [.. start, .. genuine])).Claims["secure-boot"]);

        // An event without a digest of the quoted bank keeps that from being replayed, so that its other digests are nobody's word either.
        byte[] bare = [.. LogMaker.UInt32(7), .. LogMaker.UInt32(EventTypes.EfiAction), 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] made = Event(LogMaker.SecureBootOn, LogMaker.SecureBootOn, LogMaker.SecureBootOn);
        string value = Convert.ToHexStringLower(EventLogReplay.Replay(EventLog.TryParse([.. start, .. genuine])!, TpmAlgorithm.Sha256)![7].Span);
        ExplainedResult incomplete = EvidenceScenes.Appraise(EvidenceScenes.TpmQuote(pcr: value, otherLog: [.. start, .. made, .. bare]));
        Assert.Equal(Verdict.Authentic, incomplete.Verdict);
        Assert.DoesNotContain("secure-boot", incomplete.Claims.Keys);

        byte[] Event(byte[] inOther, byte[] inQuoted, byte[] data) =>
        [
            .. LogMaker.UInt32(7), .. LogMaker.UInt32(EventTypes.EfiVariableDriverConfig), 2, 0, 0, 0, (byte)other, 0, .. other.Hash(inOther), (byte)TpmAlgorithm.Sha256, 0, .. TpmAlgorithm.Sha256.Hash(inQuoted),
            .. LogMaker.UInt32((uint)data.Length), .. data,
        ];
    }

    [Fact]
    public void Verifier_s_own_collateral_comes_before_that_of_the_attester()
    {
        var current = new IntelScene(QuoteOptions.Sgx);
        var older = new IntelScene(QuoteOptions.Sgx);
        older.TcbInfo["tcbEvaluationDataNumber"] = 17;
        older.Identity["tcbEvaluationDataNumber"] = 17;
        Collateral collateral = Collateral.From(FilesFrom("c", current.Collateral()));
        EvidenceBundle bundle = EvidenceScenes.Bundle([new EvidenceFile("quote", current.QuoteBytes()), .. FilesFrom("e", older.Collateral())]);
        ExplainedResult result = EvidenceVerifier.Appraise(bundle, collateral, null, EvidenceScenes.Roots, IntelScene.Now);
        Assert.Equal("18", result.Claims["tcb-evaluation-number"]);
        Assert.Equal("17", EvidenceVerifier.Appraise(bundle, Collateral.None, null, EvidenceScenes.Roots, IntelScene.Now).Claims["tcb-evaluation-number"]);

        static IEnumerable<EvidenceFile> FilesFrom(string prefix, IntelCollateral from)
        {
            byte[][] parts = [from.TcbInfo.ToArray(), from.QeIdentity.ToArray(), from.PckCrl.ToArray(), from.RootCaCrl.ToArray(), .. from.TcbInfoChain.Select(der => der.ToArray())];
            return parts.Select((bytes, i) => new EvidenceFile($"{prefix}{i}", bytes));
        }
    }

    [Fact]
    public void Collateral_may_come_beside_and_results_are_the_same_with_a_cache()
    {
        IReadOnlyList<EvidenceFile> files = EvidenceScenes.Quote(IntelTeeType.Sgx);
        EvidenceFile quote = files.Single(file => RoleRecogniser.Recognise(file.Bytes) is [EvidenceRole.SgxQuote]);
        Collateral collateral = Collateral.From(files.Where(file => file != quote));
        var cache = new EvidenceCache();
        for (int i = 0; i < 3; i++)
        {
            ExplainedResult result = EvidenceVerifier.Appraise(EvidenceScenes.Bundle([quote]), collateral, null, EvidenceScenes.Roots, IntelScene.Now, cache: cache);
            Assert.Equal(EvidenceVerifier.Appraise(EvidenceScenes.Bundle([quote]), collateral, null, EvidenceScenes.Roots, IntelScene.Now).ToJson(), result.ToJson());
        }
    }

    [Fact]
    public void Mutated_evidence_never_throws()
    {
        foreach (IReadOnlyList<EvidenceFile> files in new[] { EvidenceScenes.Quote(IntelTeeType.Tdx), EvidenceScenes.Nitro(), EvidenceScenes.TpmQuote(), EvidenceScenes.Log() })
        {
            var cache = new EvidenceCache();
            ParserFuzzTests.Fuzz([.. files.Select(file => file.Bytes.ToArray())], bytes =>
            {
                // One file changed, the others as they were: in place of the file that it is most like.
                for (int i = 0; i < files.Count; i++)
                {
                    if (files[i].Bytes.Length / 2 > bytes.Length) continue;
                    EvidenceFile[] changed = [.. files.Select((file, index) => index == i ? file with { Bytes = bytes } : file)];
                    if (!EvidenceBundle.TryCreate(changed, out EvidenceBundle? bundle, out _)) continue;
                    _ = EvidenceVerifier.Describe(bundle);
                    _ = EvidenceVerifier.Appraise(bundle, Collateral.None, AppraisalPolicy.Nothing, EvidenceScenes.Roots, IntelScene.Now, cache: cache);
                    foreach (SortedFile file in bundle.Files) _ = FileDescription.Of(file);
                    break;
                }
            });
        }
    }

    private static IReadOnlyList<EvidenceFile> FilesOf(string kind) => kind switch
    {
        "tdx" => EvidenceScenes.Quote(IntelTeeType.Tdx),
        "sgx" => EvidenceScenes.Quote(IntelTeeType.Sgx),
        "nitro" => EvidenceScenes.Nitro(),
        "tpm-quote" => EvidenceScenes.TpmQuote(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static DateTimeOffset AtOf(string kind) => kind == "nitro" ? NitroPki.Now : IntelScene.Now;
}
