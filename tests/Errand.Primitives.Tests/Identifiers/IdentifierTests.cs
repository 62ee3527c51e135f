namespace Errand.Primitives.Tests;

public sealed class IdentifierTests
{
    private static readonly Bytes32 One = new([.. new byte[31], 1]);
    private static readonly Bytes32 Two = new([.. new byte[31], 2]);

    [Fact]
    public void An_asset_id_binds_owner_and_content()
    {
        AssetId id = AssetId.Of(new PublicKey(One), new ContentId(Two));
        Assert.Equal(new TaggedHash("errand/asset/v1").Add(One).Add(Two).ToDigest(), id.Value);
        Assert.NotEqual(id, AssetId.Of(new PublicKey(Two), new ContentId(One)));
    }

    [Fact]
    public void A_task_id_binds_network_requester_and_payload()
    {
        TaskId id = TaskId.Of(new NetworkId(One), new PublicKey(Two), [1, 2]);
        Assert.Equal(new TaggedHash("errand/task/v1").Add(One).Add(Two).Add([1, 2]).ToDigest(), id.Value);
        Assert.NotEqual(id, TaskId.Of(new NetworkId(Two), new PublicKey(Two), [1, 2]));
        Assert.NotEqual(id, TaskId.Of(new NetworkId(One), new PublicKey(One), [1, 2]));
        Assert.NotEqual(id, TaskId.Of(new NetworkId(One), new PublicKey(Two), [1, 3]));
    }

    [Fact]
    public void Ids_print_and_sort_as_their_values()
    {
        Assert.Equal(One.ToString(), new PublicKey(One).ToString());
        Assert.True(new PublicKey(One).CompareTo(new PublicKey(Two)) < 0);
        Assert.True(new TaskId(Two).CompareTo(new TaskId(One)) > 0);
    }
}
