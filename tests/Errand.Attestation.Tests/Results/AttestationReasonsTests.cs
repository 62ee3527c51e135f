namespace Errand.Attestation.Tests;

public sealed class AttestationReasonsTests
{
    [Fact]
    public void Every_reason_has_one_kebab_case_code_and_comes_back_from_it()
    {
        AttestationReason[] all = Enum.GetValues<AttestationReason>();
        Assert.Equal(all, AttestationReasons.All);
        Assert.Equal(all.Length, all.Select(reason => reason.ToCode()).Distinct().Count());
        foreach (AttestationReason reason in all)
        {
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", reason.ToCode());
            Assert.True(AttestationReasons.TryFromCode(reason.ToCode(), out AttestationReason back));
            Assert.Equal(reason, back);
        }
    }

    [Fact]
    public void Numbers_are_those_published()
    {
        // Numbers stand in verdicts for ever: a change here is a new protocol. One line for each range of numbers.
        string[] published =
        [
            "0=none 1=malformed 2=certificate-chain 3=certificate-expired 4=untrusted-root 5=development-root 6=root-class 7=tee-kind",
            "8=certificate-revoked 9=collateral-expired 10=collateral 11=collateral-floor",
            "16=report-signature 17=tcb-mismatch 18=hwid-mismatch 19=product-line 20=debug 21=migratable 22=measurement 23=tcb 24=chip-masked 25=chip-mismatch 26=report-data",
            "27=platform-info 28=mitigation",
            "48=not-a-quote 49=quote-signature 50=nonce 51=nonce-old 52=pcr-selection 53=pcr-digest 54=pcr-zero 55=pcr-mismatch 56=event-log 57=ak-attributes 58=ek-template",
            "59=ek-certificate 60=tpm-denied 61=quote-binding 62=platform-changed 63=no-answer 64=secure-boot",
            "65=ima-file 66=ima-violation 67=ima-boot-aggregate 68=ima-missing",
            "80=no-pck-certificate-chain 81=qe-report-signature 82=qe-report-data 83=qe-identity 84=tdx-module 85=tcb-level-not-found 86=tcb-status 87=advisory 88=attributes",
            "89=revocation-unknown 90=closed",
            "112=certificate 113=cose-signature 114=module-id 115=user-data 116=public-key 117=document-age",
            "120=runtime-data-hash 121=tpm-quote-signature 122=vmpl 123=hardware-report 124=vm-configuration 125=vm-id",
        ];
        Assert.Equal(string.Join(' ', published).Split(' '), AttestationReasons.All.Select(reason => $"{(int)reason}={reason.ToCode()}"));
    }

    [Fact]
    public void Unknown_reason_or_code_has_none()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ((AttestationReason)9999).ToCode());
        Assert.False(AttestationReasons.TryFromCode("no-such-code", out _));
        Assert.False(AttestationReasons.TryFromCode("Debug", out _));
    }
}
