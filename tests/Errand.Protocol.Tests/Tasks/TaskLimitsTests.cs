using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class TaskLimitsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(TaskLimits.PassesMax)]
    public void Passes_are_read_back(int passes)
    {
        TestNetwork network = TestNetwork.WithExecutors();
        Assert.Equal(passes, network.MustSubmit(Submission(network, passes), new Dictionary<AssetId, TestActor>()).State.Submit.Limits.Passes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65)]
    public void Other_passes_are_malformed_and_one_pass_has_one_form(byte passes)
    {
        TestNetwork network = TestNetwork.WithExecutors();
        // A byte that nothing else in the entry has.
        byte[] payload = EntrySigner.Payload(1, Submission(network, 17));
        int at = payload.AsSpan().LastIndexOf([(byte)5, (byte)17]) + 1;
        Assert.True(at > 0);
        Assert.Equal(RefusalReason.None, Refusal(payload));
        byte[] changed = passes < 24 ? [.. payload[..at], passes, .. payload[(at + 1)..]] : [.. payload[..at], 0x18, passes, .. payload[(at + 1)..]];
        Assert.Equal(RefusalReason.MalformedField, Refusal(changed));

        RefusalReason Refusal(byte[] bytes) => PreparedEntry.Prepare(network.Network, CoseSigner.Sign(network.Requester.Key, network.Network.Value.ToArray(), bytes).Encoded.Span).Refusal;
    }

    private static SubmitEntry Submission(TestNetwork network, int passes)
    {
        AssetId app = network.Publish(network.AppOwner, AssetKind.App), data = network.Publish(network.DataOwner, AssetKind.Data);
        SubmitEntry submit = network.Submission(app, data);
        return submit with { Limits = submit.Limits with { Passes = passes } };
    }
}
