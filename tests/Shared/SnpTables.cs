using System.Buffers.Binary;

namespace Errand.Tests;

/// <summary>Lays out the table of certificates that a host gives beside an SEV-SNP report.</summary>
internal static class SnpTables
{
    public const string Vcek = "63da758d-e664-4564-adc5-f4b93be8accd", Vlek = "a8074bc2-a25a-483e-aae6-39c045a0b8a1";
    public const string Ask = "4ab7b379-bbac-4fe4-a02f-05aef327c782", Ark = "c0b406a4-a803-4952-9743-3fb6014cd0ae";

    /// <summary>The table of a chain: endorsement key, intermediate, root.</summary>
    public static byte[] Of(IReadOnlyList<ReadOnlyMemory<byte>> chain) => Of((Vcek, chain[0].ToArray()), (Ask, chain[1].ToArray()), (Ark, chain[2].ToArray()));

    public static byte[] Of(params (string Guid, byte[] Content)[] entries)
    {
        const int entrySize = 24, guidSize = 16;
        using var table = new MemoryStream();
        int offset = entrySize * (entries.Length + 1);
        foreach ((string guid, byte[] content) in entries)
        {
            var entry = new byte[entrySize];
            new Guid(guid).TryWriteBytes(entry);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(guidSize), offset);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(guidSize + sizeof(int)), content.Length);
            table.Write(entry);
            offset += content.Length;
        }
        table.Write(new byte[entrySize]);
        foreach ((_, byte[] content) in entries) table.Write(content);
        return table.ToArray();
    }
}
