using CsCheck;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class StateTreeTests
{
    // Few different bytes, so that keys share long prefixes and come again; the first 31 bytes are often equal.
    private static readonly Gen<Bytes32> Keys = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 31], Gen.Byte, (fill, place, value) =>
    {
        var bytes = new byte[Bytes32.Size];
        Array.Fill(bytes, (byte)(fill * 0x55));
        bytes[place] = value;
        return new Bytes32(bytes);
    });

    private static readonly Gen<Bytes32> Values = Gen.Byte.Array[32].Select(bytes => new Bytes32(bytes));

    [Fact]
    public void Any_sequence_of_changes_gives_the_root_of_what_is_left() =>
        Gen.Select(Keys, Values, Gen.Int[0, 3], Gen.Bool).Array[0, 60].Sample(
            changes =>
            {
                var tree = new StateTree();
                var model = new Dictionary<Bytes32, Bytes32>();
                foreach ((Bytes32 key, Bytes32 value, int action, bool check) in changes)
                {
                    if (action == 0)
                    {
                        tree.Remove(key);
                        model.Remove(key);
                    }
                    else
                    {
                        tree.Set(key, new TestLeaf(key, value));
                        model[key] = value;
                    }
                    if (check) Assert.Equal(NaiveStateTree.Root(model), tree.Root);
                }
                Assert.Equal(NaiveStateTree.Root(model), tree.Root);
            },
            iter: 2_000);

    [Fact]
    public void A_tree_that_is_filled_at_once_is_that_of_single_changes_and_goes_on_changing() =>
        Gen.Select(Gen.Select(Keys, Values).Array[0, 80], Gen.Select(Keys, Values, Gen.Bool).Array[0, 20]).Sample(
            (leaves, changes) =>
            {
                var model = new Dictionary<Bytes32, Bytes32>();
                foreach ((Bytes32 key, Bytes32 value) in leaves) model[key] = value;
                Bytes32[] keys = [.. model.Keys.Order()];
                var tree = new StateTree();
                tree.Fill(keys, [.. keys.Select(key => new TestLeaf(key, model[key]))], Spread);
                Assert.Equal(NaiveStateTree.Root(model), tree.Root);
                foreach ((Bytes32 key, Bytes32 value, bool remove) in changes)
                {
                    if (remove)
                    {
                        tree.Remove(key);
                        model.Remove(key);
                    }
                    else
                    {
                        tree.Set(key, new TestLeaf(key, value));
                        model[key] = value;
                    }
                    Assert.Equal(NaiveStateTree.Root(model), tree.Root);
                }
            },
            iter: 2_000);

    [Fact]
    public void A_tree_is_filled_in_order_and_once()
    {
        Bytes32 other = new([.. Enumerable.Repeat((byte)1, Bytes32.Size)]);
        var tree = new StateTree();
        Assert.Throws<ArgumentException>(() => new StateTree().Fill([other, default], [new TestLeaf(other, other), new TestLeaf(default, other)], Spread));
        Assert.Throws<ArgumentException>(() => new StateTree().Fill([other, other], [new TestLeaf(other, other), new TestLeaf(other, other)], Spread));
        tree.Fill([other], [new TestLeaf(other, other)], Spread);
        Assert.Throws<InvalidOperationException>(() => tree.Fill([other], [new TestLeaf(other, other)], Spread));
    }

    [Fact]
    public void The_empty_tree_has_a_root_of_zeros()
    {
        var tree = new StateTree();
        Assert.True(tree.Root.IsZero);
        tree.Remove(default);
        tree.Set(default, new TestLeaf(default, default));
        Assert.False(tree.Root.IsZero);
        tree.Remove(default);
        Assert.True(tree.Root.IsZero);
    }

    [Fact]
    public void A_record_that_is_not_there_is_not_removed() =>
        Gen.Select(Keys, Keys, Keys).Where((a, b, c) => a != b && b != c && a != c).Sample(
            (a, b, c) =>
            {
                var tree = new StateTree();
                tree.Set(a, new TestLeaf(a, a));
                tree.Set(b, new TestLeaf(b, b));
                Bytes32 before = tree.Root;
                tree.Remove(c);
                Assert.Equal(before, tree.Root);
            },
            iter: 2_000);

    private static void Spread(int count, Action<int> work) => Parallel.For(0, count, work);
}
