using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// The PCR file of tpm2_quote in its "serialized" form, little-endian C structures: TPML_PCR_SELECTION with 16 places of 8 bytes, a count,
/// then TPML_DIGEST structures with 8 places of 66 bytes each.
/// </summary>
internal static class TpmToolsPcrFile
{
    private const int SelectionPlaces = 16;
    private const int SelectionSize = 8;
    private const int DigestPlaces = 8;
    private const int DigestSize = 66;
    private const int ListSize = 4 + DigestPlaces * DigestSize;
    private const int HeaderSize = 4 + SelectionPlaces * SelectionSize + 4;
    private const int ListCountMax = SelectionPlaces * PcrSet.Count / DigestPlaces;

    /// <summary>Reads the banks; null for another form.</summary>
    internal static IReadOnlyList<PcrBank>? TryParse(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(file) is not (> 0 and <= SelectionPlaces and var count)) return null;
        if (ReadDigests(file[(HeaderSize - 4)..]) is not { } digests) return null;
        List<PcrBank> banks = [];
        for (int i = 0; i < (int)count; i++)
        {
            ReadOnlySpan<byte> selection = file.Slice(4 + i * SelectionSize, SelectionSize);
            var algorithm = (TpmAlgorithm)BinaryPrimitives.ReadUInt16LittleEndian(selection);
            if (algorithm.DigestSize() == 0 || selection[2] != PcrSet.BitmapSize || banks.Exists(bank => bank.Algorithm == algorithm)) return null;
            var values = new Dictionary<int, ReadOnlyMemory<byte>>();
            foreach (int index in PcrSet.Read(selection[3..]).Indices())
            {
                if (!digests.TryDequeue(out byte[]? digest) || digest.Length != algorithm.DigestSize()) return null;
                values[index] = digest;
            }
            banks.Add(new PcrBank(algorithm, values));
        }
        return digests.Count == 0 ? banks : null;
    }

    private static Queue<byte[]>? ReadDigests(ReadOnlySpan<byte> rest)
    {
        uint lists = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        rest = rest[4..];
        if (lists > ListCountMax || rest.Length != (int)lists * ListSize) return null;
        var digests = new Queue<byte[]>();
        for (; !rest.IsEmpty; rest = rest[ListSize..])
        {
            uint count = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (count > DigestPlaces) return null;
            for (int j = 0; j < (int)count; j++)
            {
                ReadOnlySpan<byte> place = rest.Slice(4 + j * DigestSize, DigestSize);
                int size = BinaryPrimitives.ReadUInt16LittleEndian(place);
                if (size > DigestSize - 2) return null;
                digests.Enqueue(place.Slice(2, size).ToArray());
            }
        }
        return digests;
    }
}
