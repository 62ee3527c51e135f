namespace Errand.Protocol.Tests;

/// <summary>Copies of an item with one fault each, in every place: left out, of another type, too long, too short, out of range, one too many.</summary>
internal static class CborFaults
{
    public static IEnumerable<CborNode> Of(CborNode node) => node switch
    {
        CborNode.Map map => OfMap(map),
        CborNode.List list => OfList(list),
        CborNode.UInt => [new CborNode.UInt(ulong.MaxValue), new CborNode.Text("1"), new CborNode.Bytes([1]), new CborNode.Simple(22)],
        CborNode.Bytes bytes => [new CborNode.Bytes([.. bytes.Value, 0]), new CborNode.Bytes([.. bytes.Value.Skip(1)]), new CborNode.Text(""), new CborNode.UInt(1), new CborNode.List([])],
        CborNode.Text text => [new CborNode.Text(text.Value + new string('x', 300)), new CborNode.Bytes([1]), new CborNode.UInt(1), new CborNode.Simple(20)],
        CborNode.Simple => [new CborNode.UInt(0), new CborNode.UInt(1), new CborNode.Simple(22), new CborNode.Text("")],
        _ => throw new InvalidOperationException($"The profile has no {node.GetType().Name}."),
    };

    private static IEnumerable<CborNode> OfMap(CborNode.Map map)
    {
        yield return new CborNode.Map([.. map.Pairs, (new CborNode.UInt(23), new CborNode.UInt(0))]);
        for (int i = 0; i < map.Pairs.Count; i++)
        {
            yield return new CborNode.Map([.. map.Pairs.Where((_, index) => index != i)]);
            foreach (CborNode fault in Of(map.Pairs[i].Value)) yield return new CborNode.Map([.. map.Pairs.Select((pair, index) => index == i ? (pair.Key, fault) : pair)]);
        }
        yield return new CborNode.List([]);
    }

    private static IEnumerable<CborNode> OfList(CborNode.List list)
    {
        yield return new CborNode.List([.. list.Items, new CborNode.Simple(22)]);
        for (int i = 0; i < list.Items.Count; i++)
        {
            yield return new CborNode.List([.. list.Items.Where((_, index) => index != i)]);
            foreach (CborNode fault in Of(list.Items[i])) yield return new CborNode.List([.. list.Items.Select((item, index) => index == i ? fault : item)]);
        }
        yield return new CborNode.UInt(0);
    }
}
