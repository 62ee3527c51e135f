namespace Errand.Protocol.Tests;

public sealed class EvidenceRootTests
{
    [Theory]
    [InlineData("endorsements")]
    [InlineData("quote")]
    [InlineData("hpke key")]
    public void The_state_root_names_every_byte_of_the_evidence(string changed)
    {
        Assert.NotEqual(RootAfter(1), RootAfter(2));

        // Evidence is known by the digest of its report, which covers none of these.
        string RootAfter(byte value)
        {
            TestNetwork network = TestNetwork.WithExecutors(executors: 1);
            TestTask task = network.MustSubmit().RunTo(TaskPhase.Attesting);
            byte[] bytes = [value];
            EvidenceEntry evidence = task.Evidence(1);
            network.Must(task.Executor, changed switch
            {
                "endorsements" => evidence with { Endorsements = bytes },
                "quote" => evidence with { Quote = bytes },
                "hpke key" => evidence with { HpkeKey = bytes },
                _ => throw new InvalidOperationException(changed),
            });
            return task.State.Attempt!.EvidenceRoot.ToString();
        }
    }
}
