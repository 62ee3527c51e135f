using System.Security.Cryptography;

namespace Errand.Simulation;

/// <summary>
/// A participant's disk: records that outlive a crash. Each ends with a digest, so that a last record torn by a crash is told from
/// a whole one and dropped when the journal is opened again.
/// </summary>
internal sealed class Journal
{
    private const int DigestSize = 8;
    private readonly List<byte[]> _records = [];

    /// <summary>Whole records, oldest first.</summary>
    public IEnumerable<byte[]> Records => _records.Where(IsWhole).Select(record => record[..^DigestSize]);

    public void Append(ReadOnlySpan<byte> record) => _records.Add(Frame(record));

    /// <summary>The crash came while the record was being written: so much of it has reached the disk.</summary>
    public void AppendTorn(ReadOnlySpan<byte> record, int written) => _records.Add(Frame(record)[..Math.Min(written, record.Length + DigestSize - 1)]);

    private static byte[] Frame(ReadOnlySpan<byte> record) => [.. record, .. SHA256.HashData(record)[..DigestSize]];

    private static bool IsWhole(byte[] record) =>
        record.Length >= DigestSize && SHA256.HashData(record.AsSpan(0, record.Length - DigestSize)).AsSpan(0, DigestSize).SequenceEqual(record.AsSpan(record.Length - DigestSize));
}
