using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class RecordKeyTests
{
    [Fact]
    public void Its_key_is_the_tagged_hash_of_kind_and_id()
    {
        Assert.All(Enum.GetValues<RecordKind>(), kind => Assert.InRange((int)kind, 1, 23));
        var id = new Bytes32([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        StateRecord[] records = [new SignerState(new PublicKey(id)), new OperatorState(new PublicKey(id), "", OperatorStanding.Listed), new ChipState(id)];
        foreach (StateRecord record in records)
            Assert.Equal(new TaggedHash(Tags.StateRecord).Add((ulong)record.Kind).Add(id).ToDigest(), record.RecordKey);
    }
}
