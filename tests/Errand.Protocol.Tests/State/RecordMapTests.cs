using CsCheck;

namespace Errand.Protocol.Tests;

public sealed class RecordMapTests
{
    // Hash codes of few kinds, so that many records fall on one place and searches run around the end of the table.
    private readonly record struct Key(int Number) : IEquatable<Key>
    {
        public override int GetHashCode() => Number % 3;
    }

    private sealed record Item(Key Key);

    [Fact]
    public void Any_sequence_of_changes_leaves_what_a_dictionary_holds() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 2]).Array[0, 200].Sample(
            changes =>
            {
                var map = new RecordMap<Key, Item>(item => item.Key);
                var model = new Dictionary<Key, Item>();
                foreach ((int number, int action) in changes)
                {
                    var item = new Item(new Key(number));
                    if (action == 0) Assert.Equal(model.Remove(item.Key), map.Remove(item.Key));
                    else Assert.Equal(model.TryAdd(item.Key, item), map.TryAdd(item));
                    Assert.Equal(model.Count, map.Count);
                    Assert.Equal(model.ContainsKey(new Key(number + 1)), map.ContainsKey(new Key(number + 1)));
                }
                Assert.Equal(model.Keys.Select(key => key.Number).Order(), map.Keys.Select(key => key.Number).Order());
                foreach ((Key key, Item item) in model) Assert.Same(item, map[key]);
                for (int number = 0; number <= 40; number++) Assert.Equal(model.ContainsKey(new Key(number)), map.TryGetValue(new Key(number), out _));
            },
            iter: 5_000);

    [Fact]
    public void A_second_record_of_a_key_is_refused_and_an_absent_key_is_named()
    {
        var map = new RecordMap<Key, Item>(item => item.Key);
        map.Add(new Item(new Key(1)));
        Assert.Throws<ArgumentException>(() => map.Add(new Item(new Key(1))));
        Assert.Throws<KeyNotFoundException>(() => map[new Key(4)]);
    }

    [Fact]
    public void A_change_during_an_enumeration_is_noticed()
    {
        var map = new RecordMap<Key, Item>(item => item.Key);
        for (int number = 0; number < 4; number++) map.Add(new Item(new Key(number)));
        Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (Item item in map.Values) map.Remove(item.Key);
        });
    }
}
