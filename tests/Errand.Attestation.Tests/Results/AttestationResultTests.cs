namespace Errand.Attestation.Tests;

public sealed class AttestationResultTests
{
    [Fact]
    public void Result_that_checked_nothing_accepts_nothing()
    {
        Assert.False(AttestationResult.Empty.Accepted);
        var skipped = new CheckList();
        skipped.Skip("something", "nobody looked");
        Assert.False(skipped.ToResult().Accepted);
    }

    [Fact]
    public void First_failure_in_order_gives_the_reason()
    {
        var checks = new CheckList();
        Assert.True(checks.Require(true, "first", AttestationReason.Debug, "a", "a", "do"));
        Assert.True(checks.ToResult().Accepted);
        Assert.False(checks.Require(false, "second", AttestationReason.Tcb, "a", "b", "do this"));
        Assert.False(checks.Require(false, "third", AttestationReason.Debug, "a", "b", "do that"));
        AttestationResult result = checks.ToResult();
        Assert.Equal(AttestationReason.Tcb, result.Reason);
        Assert.Equal("second", result.FirstFailure!.Name);
        Assert.False(result.Accepted);
        Assert.Equal("rejected: tcb", result.ToString());
        Assert.Equal(6, result.Then(result).Checks.Count);
        Assert.Equal("", result.Find("first")!.Explanation);
    }

    [Fact]
    public void What_ends_first_is_what_will_fail_and_joined_results_keep_both()
    {
        var early = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var first = new CheckList();
        first.EndsAt("certificate-validity", "the root", early.AddYears(20));
        first.EndsAt("certificate-validity", "the intermediate", early.AddDays(2));
        var second = new CheckList();
        second.EndsAt("collateral-validity", "the revocation list", early.AddDays(1));

        Assert.Null(AttestationResult.Empty.WillFailAt);
        Assert.Equal(new Validity("certificate-validity", "the intermediate", early.AddDays(2)), first.ToResult().WillFailAt);
        AttestationResult both = first.ToResult().Then(second.ToResult());
        Assert.Equal(new Validity("collateral-validity", "the revocation list", early.AddDays(1)), both.WillFailAt);
        Assert.Equal(["the root", "the intermediate", "the revocation list"], both.Validities.Select(validity => validity.Subject));
        Assert.False(both.Accepted);
    }

    [Fact]
    public void Of_two_that_end_together_the_one_met_first_is_told()
    {
        var until = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var checks = new CheckList();
        checks.EndsAt("first", "a", until);
        checks.EndsAt("second", "b", until);
        Assert.Equal("first", checks.ToResult().WillFailAt!.Check);
    }
}
