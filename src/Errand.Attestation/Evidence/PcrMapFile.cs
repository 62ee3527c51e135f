using System.Globalization;

namespace Errand.Attestation;

/// <summary>PCR values by index in policy files: <c>{"0": hex, …}</c>.</summary>
internal static class PcrMapFile
{
    internal static IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Read(PolicyNode node, int count, int size)
    {
        var pcrs = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach ((string name, PolicyNode value) in node.Entries())
        {
            ReadOnlyMemory<byte> bytes = value.AsHex(size, size, "the value of that PCR");
            if (!int.TryParse(name, NumberStyles.None, NumberFormatInfo.InvariantInfo, out int index) || index >= count || !pcrs.TryAdd(index, bytes)) node.Fail(name, $"is no PCR: indices are 0 to {count - 1}, each once");
        }
        return pcrs;
    }

    internal static void Write(PolicyWriter writer, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> pcrs, string comment)
    {
        writer.Open("pcrs", '{', comment);
        foreach ((int index, ReadOnlyMemory<byte> value) in pcrs.OrderBy(pcr => pcr.Key)) writer.Hex(index.ToString(NumberFormatInfo.InvariantInfo), value);
        writer.Close('}');
    }
}
