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
}
