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
    internal static IReadOnlyList<PcrBank> Read(ReadOnlySpan<byte> file) => PcrValues.TryParseToolsFile(file) ?? throw new InvalidDataException("The PCR file is malformed.");

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
}
