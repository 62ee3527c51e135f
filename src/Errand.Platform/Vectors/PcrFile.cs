using System.Buffers.Binary;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>
/// The PCR file of tpm2_quote in its "serialized" form: little-endian C structures. TPML_PCR_SELECTION with 16 places of 8 bytes, a count,
/// then TPML_DIGEST structures with 8 places of 66 bytes each.
/// </summary>
internal static class PcrFile
{
    private const int SelectionPlaces = 16;
    private const int SelectionSize = 8;
    private const int DigestPlaces = 8;
    private const int DigestSize = 66;

    /// <summary>Reads the banks.</summary>
    /// <exception cref="InvalidDataException">The file has another form.</exception>
    internal static IReadOnlyList<PcrBank> Read(ReadOnlySpan<byte> file)
    {
        try
        {
            int banks = BinaryPrimitives.ReadInt32LittleEndian(file);
            ReadOnlySpan<byte> rest = file[(4 + SelectionPlaces * SelectionSize)..];
            Queue<byte[]> digests = ReadDigests(rest);
            var read = new List<PcrBank>();
            for (int i = 0; i < banks; i++)
            {
                ReadOnlySpan<byte> selection = file.Slice(4 + i * SelectionSize, SelectionSize);
                PcrSet pcrs = PcrSet.Read(selection[3..]);
                read.Add(new PcrBank((TpmAlgorithm)BinaryPrimitives.ReadUInt16LittleEndian(selection), pcrs.Indices().Select(index => KeyValuePair.Create(index, (ReadOnlyMemory<byte>)digests.Dequeue())).ToArray()));
            }
            return digests.Count == 0 ? read : throw new InvalidDataException("The PCR file has more digests than PCRs.");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException("The PCR file is malformed.", e);
        }
    }

    /// <summary>Writes one bank, for tpm2_checkquote.</summary>
    internal static byte[] Write(PcrBank bank)
    {
        var file = new byte[4 + SelectionPlaces * SelectionSize];
        BinaryPrimitives.WriteInt32LittleEndian(file, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(4), (ushort)bank.Algorithm);
        file[6] = PcrSet.BitmapSize;
        bank.Pcrs.ToBitmap().CopyTo(file.AsSpan(7));

        int[][] lists = [.. bank.Pcrs.Indices().Chunk(DigestPlaces)];
        var digests = new byte[4 + lists.Length * (4 + DigestPlaces * DigestSize)];
        BinaryPrimitives.WriteInt32LittleEndian(digests, lists.Length);
        for (int i = 0; i < lists.Length; i++)
        {
            Span<byte> list = digests.AsSpan(4 + i * (4 + DigestPlaces * DigestSize));
            BinaryPrimitives.WriteInt32LittleEndian(list, lists[i].Length);
            for (int j = 0; j < lists[i].Length; j++)
            {
                Span<byte> place = list[(4 + j * DigestSize)..];
                BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)bank[lists[i][j]].Length);
                bank[lists[i][j]].Span.CopyTo(place[2..]);
            }
        }
        return [.. file, .. digests];
    }

    private static Queue<byte[]> ReadDigests(ReadOnlySpan<byte> rest)
    {
        var digests = new Queue<byte[]>();
        int lists = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[4..];
        for (int i = 0; i < lists; i++)
        {
            int count = BinaryPrimitives.ReadInt32LittleEndian(rest);
            for (int j = 0; j < count; j++)
            {
                ReadOnlySpan<byte> place = rest.Slice(4 + j * DigestSize, DigestSize);
                digests.Enqueue(place.Slice(2, BinaryPrimitives.ReadUInt16LittleEndian(place)).ToArray());
            }
            rest = rest[(4 + DigestPlaces * DigestSize)..];
        }
        return digests;
    }
}
