using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>One good case, then each thing broken in turn with its exact reason.</summary>
public sealed class SnpConformanceTests
{
    [Fact]
    public void T_21_evidence_of_another_chip_is_chip_mismatch()
    {
        using DevelopmentTee tee = Tee();
        using DevelopmentTee other = Tee(options => options with { ChipId = DevelopmentTee.DeriveChipId(SnpProductLine.Genoa, "chip 2"u8) });
        AssertRejected(AttestationReason.ChipMismatch, "chip", other, Vendors.PolicyFor(tee));
    }

    [Fact]
    public void T_27_debug_bit_is_debug() => AssertRejectedUnderOwnPolicy(AttestationReason.Debug, "debug", options => options with { Policy = new SnpGuestPolicy(0xB_0000) });

    [Fact]
    public void T_28_migrate_ma_bit_is_migratable() => AssertRejectedUnderOwnPolicy(AttestationReason.Migratable, "migration", options => options with { Policy = new SnpGuestPolicy(0x7_0000) });

    [Theory]
    [InlineData("reported")]
    [InlineData("committed")]
    [InlineData("launch")]
    [InlineData("current")]
    public void T_33_each_tcb_below_its_floor_is_tcb(string which)
    {
        SnpTcb low = DevelopmentTeeOptions.DefaultTcb with { Snp = 26 };
        using DevelopmentTee tee = Tee(options => which switch
        {
            "reported" => options with { ReportedTcb = low },
            "committed" => options with { CommittedTcb = low },
            "launch" => options with { LaunchTcb = low },
            _ => options with { CurrentTcb = low },
        });
        AssertRejected(AttestationReason.Tcb, "tcb-" + which, tee, Vendors.PolicyFor(tee));
    }

    [Fact]
    public void T_34_product_line_without_floor_is_product_line()
    {
        using DevelopmentTee tee = Tee();
        TeePolicy policy = Vendors.PolicyFor(tee);
        var floors = new Dictionary<SnpProductLine, SnpTcbFloor> { [SnpProductLine.Turin] = SnpTcbFloor.Same(default) };
        AssertRejected(AttestationReason.ProductLine, "product-line-allowed", tee, policy with { SevSnp = policy.SevSnp! with { Floors = floors } });
    }

    [Fact]
    public void T_35_masked_chip_is_chip_masked_unless_floating()
    {
        using DevelopmentTee tee = Tee(options => options with { MaskChipId = true });
        TeePolicy policy = Vendors.PolicyFor(tee);
        AssertRejected(AttestationReason.ChipMasked, "chip", tee, policy);
        AssertRejected(AttestationReason.ChipMasked, "chip", tee, policy with { SevSnp = policy.SevSnp! with { Chip = new SnpChipRule.AnyNamed() } });
        TeePolicy floating = policy with { SevSnp = policy.SevSnp! with { Chip = new SnpChipRule.AnyEvenMasked() } };
        TeeAppraisal appraisal = TeeAppraiser.Appraise(tee.Report(Vendors.ReportData), floating, Vendors.Now);
        Assert.True(appraisal.Result.Accepted);
        Assert.Null(appraisal.ChipId);
    }

    [Fact]
    public void T_39_development_evidence_under_production_roots_is_development_root()
    {
        using DevelopmentTee tee = Tee();
        AssertRejected(AttestationReason.DevelopmentRoot, "root", tee, Vendors.PolicyFor(tee) with { Roots = TrustedRoots.Vendors });
        AssertRejected(AttestationReason.DevelopmentRoot, "root", tee, Vendors.PolicyFor(tee) with { Roots = TrustedRoots.None });
    }

    [Fact]
    public void Root_pinned_for_another_product_line_is_root_class()
    {
        using DevelopmentTee tee = Tee();
        TrustedRoots wrong = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.SnpMilan, "wrong class", Vendors.Genoa.TeeRootDigest);
        AssertRejected(AttestationReason.RootClass, "root", tee, Vendors.PolicyFor(tee) with { Roots = wrong });
    }

    [Theory]
    [InlineData(SnpPlatformInfo.CiphertextHidingEnabled, SnpPlatformInfo.None)]
    [InlineData(SnpPlatformInfo.RaplDisabled | SnpPlatformInfo.EccEnabled, SnpPlatformInfo.None)]
    [InlineData(SnpPlatformInfo.None, SnpPlatformInfo.SmtEnabled)]
    [InlineData(SnpPlatformInfo.AliasCheckComplete, SnpPlatformInfo.EccEnabled)]
    public void Machine_set_up_otherwise_is_platform_info(SnpPlatformInfo required, SnpPlatformInfo forbidden)
    {
        using DevelopmentTee tee = Tee();
        AssertRejected(AttestationReason.PlatformInfo, "platform-info", tee, With(tee, rules => rules with { Platform = new SnpPlatformRule { Required = required, Forbidden = forbidden } }));
    }

    [Theory]
    [InlineData(5, 1, 3, AttestationReason.Mitigation)]
    [InlineData(5, 3, 1, AttestationReason.Mitigation)]
    [InlineData(5, 0, 0, AttestationReason.Mitigation)]
    [InlineData(3, 3, 3, AttestationReason.Mitigation)]
    [InlineData(5, 3, 7, AttestationReason.None)]
    public void Mitigations_must_be_in_place_at_launch_and_now(int version, ulong atLaunch, ulong now, AttestationReason expected)
    {
        using DevelopmentTee tee = Tee(options => options with { Version = version, LaunchMitigations = atLaunch, CurrentMitigations = now });
        TeePolicy policy = With(tee, rules => rules with { Mitigations = 3 });
        if (expected == AttestationReason.None) Assert.True(Appraise(tee.Report(Vendors.ReportData), policy).Accepted);
        else AssertRejected(expected, "mitigations", tee, policy);
        Assert.True(Appraise(tee.Report(Vendors.ReportData), Vendors.PolicyFor(tee)).Accepted);
    }

    [Fact]
    public void Revocation_list_is_looked_at_when_given_and_may_be_required()
    {
        using DevelopmentTee tee = Tee();
        TeePolicy required = With(tee, rules => rules with { Revocation = SnpRevocationRule.Required });
        AssertRejected(AttestationReason.RevocationUnknown, "revocation", tee, required);
        Assert.Equal(CheckOutcome.NotChecked, Appraise(tee.Report(Vendors.ReportData), Vendors.PolicyFor(tee)).Find("revocation")!.Outcome);

        AttestationResult good = AppraiseWith(tee, required, List([[9]]));
        Assert.True(good.Accepted, good.FirstFailure?.ToString());
        Assert.Equal(new Validity("ark-crl-validity", "revocation list of ARK-Genoa", Vendors.Now.AddDays(30)), good.WillFailAt);

        // ASK and ARK.
        Assert.Equal(AttestationReason.CertificateRevoked, AppraiseWith(tee, Vendors.PolicyFor(tee), List([[2]])).Reason);
        Assert.Equal(AttestationReason.CertificateRevoked, AppraiseWith(tee, Vendors.PolicyFor(tee), List([[1]])).Reason);
        Assert.Equal(AttestationReason.CollateralExpired, AppraiseWith(tee, Vendors.PolicyFor(tee), List([], days: -1, from: -10)).Reason);
        Assert.Equal(AttestationReason.CollateralExpired, AppraiseWith(tee, Vendors.PolicyFor(tee), List([], from: 1)).Reason);
        byte[] forged = List([[9]]);
        forged[^1] ^= 1;
        Assert.Equal(AttestationReason.Collateral, AppraiseWith(tee, Vendors.PolicyFor(tee), forged).Reason);

        static byte[] List(IReadOnlyList<byte[]> serials, int days = 30, int from = -10) => Vendors.Genoa.IssueRevocationList(serials, Vendors.Now.AddDays(from), Vendors.Now.AddDays(Math.Max(days, from + 1)));
        static AttestationResult AppraiseWith(DevelopmentTee tee, TeePolicy policy, byte[] list) =>
            TeeAppraiser.Appraise(tee.Report(Vendors.ReportData), policy, Vendors.Now, null, [CertificateRevocationList.TryParse(list)!]).Result;
    }

    [Fact]
    public void Known_issuers_change_no_result()
    {
        using DevelopmentTee tee = Tee();
        var known = new VerifiedIssuers();
        TeeEvidence evidence = tee.Report(Vendors.ReportData);
        byte[] altered = evidence.Report.ToArray();
        altered[0x90] ^= 1;
        foreach (TeeEvidence each in (TeeEvidence[])[evidence, evidence, evidence with { Report = altered }])
        {
            Assert.Equal(
                TeeAppraiser.Appraise(each, Vendors.PolicyFor(tee), Vendors.Now).Result.Checks,
                TeeAppraiser.Appraise(each, Vendors.PolicyFor(tee), Vendors.Now, known).Result.Checks);
        }
        Assert.Equal((2, 1), (known.IssuerCount, known.LeafCount));
    }

    [Fact]
    public void Other_report_data_is_report_data()
    {
        using DevelopmentTee tee = Tee();
        TeePolicy policy = Vendors.PolicyFor(tee);
        AssertRejected(AttestationReason.ReportData, "report-data", tee, policy with { SevSnp = policy.SevSnp! with { ReportData = new SnpReportDataRule.Exactly(new byte[64]) } });
        AssertRejected(AttestationReason.ReportData, "report-data", tee, policy with { SevSnp = policy.SevSnp! with { ReportData = new SnpReportDataRule.Exactly(Vendors.ReportData.AsMemory(0, 32)) } });
    }

    [Fact]
    public void Kind_without_policy_is_tee_kind()
    {
        using DevelopmentTee tee = Tee();
        AssertRejected(AttestationReason.TeeKind, "tee-kind", tee, Vendors.PolicyFor(tee) with { SevSnp = null });
    }

    [Fact]
    public void Empty_reference_list_accepts_nothing()
    {
        using DevelopmentTee tee = Tee();
        TeePolicy policy = Vendors.PolicyFor(tee);
        AssertRejected(AttestationReason.Measurement, "measurement", tee, policy with { SevSnp = policy.SevSnp! with { References = [] } });
    }

    public static TheoryData<string, Func<SnpReference, SnpReference>> ReferenceFields() => new()
    {
        { "product-line", reference => reference with { ProductLine = SnpProductLine.Milan } },
        { "measurement", reference => reference with { Measurement = new byte[48] } },
        { "policy", reference => reference with { Policy = new SnpGuestPolicy(reference.Policy.Bits | 1 << 20) } },
        { "vmpl", reference => reference with { Vmpl = 1 } },
        { "guest-svn", reference => reference with { GuestSvn = 1 } },
        { "family-id", reference => reference with { FamilyId = default } },
        { "image-id", reference => reference with { ImageId = default } },
        { "host-data", reference => reference with { HostData = default } },
        { "id-key-digest", reference => reference with { IdKeyDigest = default } },
        { "author-key-digest", reference => reference with { AuthorKeyDigest = default } },
    };

    [Theory]
    [MemberData(nameof(ReferenceFields))]
    public void Each_reference_field_that_differs_or_is_missing_is_measurement(string field, Func<SnpReference, SnpReference> change)
    {
        using DevelopmentTee tee = Tee();
        TeePolicy policy = Vendors.PolicyFor(tee);
        TeePolicy changed = policy with { SevSnp = policy.SevSnp! with { References = [change(policy.SevSnp!.References[0])] } };
        AttestationCheck failure = AssertRejected(AttestationReason.Measurement, "measurement", tee, changed);
        Assert.Contains($"test image: {field}", failure.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_of_another_chip_or_order_are_refused_with_their_reason()
    {
        using DevelopmentTee tee = Tee();
        using DevelopmentTee other = Tee(options => options with { ChipId = DevelopmentTee.DeriveChipId(SnpProductLine.Genoa, "chip 2"u8) });
        TeeEvidence evidence = tee.Report(Vendors.ReportData);
        TeePolicy policy = Vendors.PolicyFor(tee);
        AttestationResult swapped = Appraise(evidence with { Certificates = other.Report(Vendors.ReportData).Certificates }, policy);
        Assert.Equal(AttestationReason.ReportSignature, swapped.Reason);
        Assert.Equal(AttestationReason.HardwareIdMismatch, swapped.Find("endorsement-chip")!.Reason);
        IReadOnlyList<ReadOnlyMemory<byte>> chain = evidence.Certificates;
        Assert.Equal(AttestationReason.Malformed, Appraise(evidence with { Certificates = [] }, policy).Reason);
        Assert.Equal(AttestationReason.Malformed, Appraise(evidence with { Certificates = [chain[0], chain[2]] }, policy).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Appraise(evidence with { Certificates = [chain[0], chain[2], chain[1]] }, policy).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Appraise(evidence with { Certificates = [chain[0], chain[0], chain[2]] }, policy).Reason);
    }

    [Fact]
    public void Certificates_outside_their_validity_are_certificate_expired()
    {
        using DevelopmentTee tee = Tee();
        TeeEvidence evidence = tee.Report(Vendors.ReportData);
        Assert.Equal(AttestationReason.CertificateExpired, TeeAppraiser.Appraise(evidence, Vendors.PolicyFor(tee), Vendors.Now.AddYears(40)).Result.Reason);
        Assert.Equal(AttestationReason.CertificateExpired, TeeAppraiser.Appraise(evidence, Vendors.PolicyFor(tee), Vendors.Now.AddYears(-40)).Result.Reason);
    }

    [Fact]
    public void Rejected_evidence_gives_no_claims_and_claims_are_the_same_each_time()
    {
        using DevelopmentTee tee = Tee();
        TeeEvidence evidence = tee.Report(Vendors.ReportData);
        TeePolicy policy = Vendors.PolicyFor(tee);
        byte[] first = TeeAppraiser.Appraise(evidence, policy, Vendors.Now).Claims!.Encoded.ToArray();
        Assert.Equal(first, TeeAppraiser.Appraise(evidence, policy with { SevSnp = null }, Vendors.Now.AddDays(1)).Claims!.Encoded.ToArray());
        Assert.True(Primitives.CanonicalCbor.IsCanonical(first));
        byte[] report = evidence.Report.ToArray();
        report[0x90] ^= 1;
        TeeAppraisal broken = TeeAppraiser.Appraise(evidence with { Report = report }, policy, Vendors.Now);
        Assert.Equal(AttestationReason.ReportSignature, broken.Result.Reason);
        Assert.Null(broken.Claims);
        Assert.Null(broken.ChipId);
        Assert.Null(broken.ReportData);
    }

    [Fact]
    public void Every_flipped_byte_of_a_report_is_refused()
    {
        using DevelopmentTee tee = Tee();
        TeeEvidence evidence = tee.Report(Vendors.ReportData);
        TeePolicy policy = Vendors.PolicyFor(tee);
        byte[] report = evidence.Report.ToArray();
        for (int i = 0; i < report.Length; i++)
        {
            report[i] ^= (byte)(1 << (i % 8));
            AttestationResult result = Appraise(evidence with { Report = report }, policy);
            report[i] ^= (byte)(1 << (i % 8));
            Assert.True(result.Reason is AttestationReason.Malformed or AttestationReason.ReportSignature or AttestationReason.CertificateChain, $"byte {i}: {result}");
        }
    }

    [Fact]
    public void Every_flipped_byte_of_the_endorsement_certificate_is_refused()
    {
        using DevelopmentTee tee = Tee();
        TeeEvidence evidence = tee.Report(Vendors.ReportData);
        TeePolicy policy = Vendors.PolicyFor(tee);
        byte[] leaf = evidence.Certificates[0].ToArray();
        for (int i = 0; i < leaf.Length; i += 3)
        {
            leaf[i] ^= (byte)(1 << (i % 8));
            Assert.False(Appraise(evidence with { Certificates = [leaf, .. evidence.Certificates.Skip(1)] }, policy).Accepted, $"byte {i}");
            leaf[i] ^= (byte)(1 << (i % 8));
        }
    }

    private static DevelopmentTee Tee(Func<DevelopmentTeeOptions, DevelopmentTeeOptions>? change = null) => new(Vendors.Genoa, change?.Invoke(Vendors.TeeOptions) ?? Vendors.TeeOptions);

    private static TeePolicy With(DevelopmentTee tee, Func<SnpPolicy, SnpPolicy> change) => Vendors.PolicyFor(tee) with { SevSnp = change(Vendors.PolicyFor(tee).SevSnp!) };

    private static AttestationResult Appraise(TeeEvidence evidence, TeePolicy policy) => TeeAppraiser.Appraise(evidence, policy, Vendors.Now).Result;

    private static void AssertRejectedUnderOwnPolicy(AttestationReason reason, string check, Func<DevelopmentTeeOptions, DevelopmentTeeOptions> change)
    {
        using DevelopmentTee tee = Tee(change);
        AssertRejected(reason, check, tee, Vendors.PolicyFor(tee));
    }

    /// <summary>Rejected for this reason alone: everything else about the evidence is as the policy wants it.</summary>
    private static AttestationCheck AssertRejected(AttestationReason reason, string check, DevelopmentTee tee, TeePolicy policy)
    {
        AttestationResult result = Appraise(tee.Report(Vendors.ReportData), policy);
        Assert.Equal(reason, result.Reason);
        AttestationCheck failure = Assert.Single(result.Checks, item => item.Outcome == CheckOutcome.Failed);
        Assert.Equal(check, failure.Name);
        Assert.NotEmpty(failure.Explanation);
        return failure;
    }
}
