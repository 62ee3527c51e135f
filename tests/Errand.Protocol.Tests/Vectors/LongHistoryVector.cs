using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Files history-10000.bin.gz and history-10000.json, as tests/vectors/README.md describes them.</summary>
internal static class LongHistoryVector
{
    /// <summary>After so many entries each a state root is given.</summary>
    public const int RootEvery = 500;

    private const string Name = "history-10000";
    private const int EntrySizeMax = CoseSign1.SizeMax;

    private static string Bundle => Path.Combine(Repository.Root, "tests", "vectors", "protocol", Name + ".bin.gz");

    // Written once in a run that rewrites, whichever test comes first.
    private static readonly Lazy<bool> Written = new(() =>
    {
        if (!ProtocolVectors.Rewrite) return false;
        TestNetwork network = LongHistory.Make();
        Write(network.State.Genesis, [.. network.History.Take(LongHistory.Length).Select(record => (record.Milliseconds, record.Bytes))]);
        return true;
    });

    public static LongHistoryRecord Read()
    {
        _ = Written.Value;
        return ProtocolVectors.Load<LongHistoryRecord>(Name);
    }

    /// <summary>Times and entries.</summary>
    public static List<(long Milliseconds, byte[] Bytes)> ReadEntries()
    {
        using var file = new GZipStream(File.OpenRead(Bundle), CompressionMode.Decompress);
        var entries = new List<(long, byte[])>();
        var head = new byte[2 + sizeof(long)];
        while (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            int size = BinaryPrimitives.ReadUInt16BigEndian(head) - sizeof(long);
            Assert.InRange(size, 1, EntrySizeMax);
            var entry = new byte[size];
            file.ReadExactly(entry);
            entries.Add((BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(2)), entry));
        }
        return entries;
    }

    private static void Write(Genesis genesis, IReadOnlyList<(long Milliseconds, byte[] Bytes)> entries)
    {
        using var raw = new MemoryStream();
        var state = new NetworkState(genesis);
        var outcomes = new List<int>();
        var roots = new List<string>();
        var tree = new MerkleAccumulator();
        Span<byte> size = stackalloc byte[2];
        foreach ((long milliseconds, byte[] bytes) in entries)
        {
            byte[] leaf = new byte[sizeof(long) + bytes.Length];
            BinaryPrimitives.WriteInt64BigEndian(leaf, milliseconds);
            bytes.CopyTo(leaf, sizeof(long));
            BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)leaf.Length));
            raw.Write(size);
            raw.Write(leaf);
            tree.Append(leaf);
            outcomes.Add((int)state.Apply(milliseconds, bytes).Refusal);
            if (outcomes.Count % RootEvery == 0) roots.Add(state.Root().ToString());
        }
        using (var file = new GZipStream(File.Create(Bundle), CompressionLevel.SmallestSize)) file.Write(raw.ToArray());
        ProtocolVectors.Save(Name, new LongHistoryRecord(
            ProtocolVectors.Hex(genesis.Encode()), entries.Count, Convert.ToHexStringLower(SHA256.HashData(raw.ToArray())), tree.Root.ToString(), RootEvery, [.. roots], [.. Runs(outcomes)]));
    }

    /// <summary>Each refusal, with the position where it is met first.</summary>
    public static SortedDictionary<int, int> FirstRefusals(IReadOnlyList<int> outcomes)
    {
        var first = new SortedDictionary<int, int>();
        for (int i = 0; i < outcomes.Count; i++)
            if (outcomes[i] != 0) first.TryAdd(outcomes[i], i);
        return first;
    }

    /// <summary>Outcomes as numbers of equal ones in a row, and back.</summary>
    public static IEnumerable<int> Expand(IEnumerable<int[]> runs) => runs.SelectMany(run => Enumerable.Repeat(run[0], run[1]));

    private static IEnumerable<int[]> Runs(IReadOnlyList<int> outcomes)
    {
        for (int i = 0, count; i < outcomes.Count; i += count)
        {
            for (count = 1; i + count < outcomes.Count && outcomes[i + count] == outcomes[i]; count++)
            {
            }
            yield return [outcomes[i], count];
        }
    }
}

/// <param name="Genesis">The canonical document.</param>
/// <param name="Entries">How many.</param>
/// <param name="Sha256">Of the unpacked file.</param>
/// <param name="TreeRoot">RFC 9162 tree hash over all leaves.</param>
/// <param name="RootEvery">After so many entries each there is a root.</param>
/// <param name="Roots">State roots after 500, 1,000, … entries.</param>
/// <param name="Outcomes">Runs of [refusal number, how many in a row]; 0 applies.</param>
internal sealed record LongHistoryRecord(string Genesis, int Entries, string Sha256, string TreeRoot, int RootEvery, string[] Roots, int[][] Outcomes);
