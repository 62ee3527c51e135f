using System.Security.Cryptography;
using System.Text.Json;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

/// <summary>
/// The project's own published vectors, tests/vectors/sealing/*.json, made by <see cref="ReferenceSealer"/>: a change of the
/// format cannot pass unseen, and another implementation can check itself.
/// </summary>
public sealed class KnownAnswerTests
{
    private static readonly string Folder = Beside();
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly (string Name, int Length, int ChunkSize, byte[][] Recipients)[] Inputs =
    [
        ("empty", 0, 65_536, []),
        ("one-byte", 1, 4_096, []),
        ("one-full-chunk", 4_096, 4_096, []),
        ("three-chunks", 10_000, 4_096, []),
        ("two-recipients", 100, 65_536, [[0xA1], [0xB1, 0xB2, 0xB3]]),
        ("seventeen-chunks", 16 * 65_536 + 1, 65_536, []),
        ("sequential", 1_000_000, 262_144, []),
    ];

    public static TheoryData<string> Names() => [.. Inputs.Select(input => input.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sealing_gives_the_published_bytes_and_opening_takes_them(string name)
    {
        SealingVector vector = Read(name);
        byte[] plaintext = Plaintext(vector.PlaintextLength);
        using ContentKey key = ContentKey.FromBytes(Convert.FromHexString(vector.ContentKey));
        var options = new SealOptions
        {
            ChunkSize = vector.ChunkSize,
            DangerousSalt = new Bytes32(Convert.FromHexString(vector.Salt)),
            Recipients = [.. vector.Recipients.Select(recipient => (ReadOnlyMemory<byte>)Convert.FromHexString(recipient))],
        };

        byte[] file = SealedFile.Seal(plaintext, key, options, out SealedFileInfo info);

        SealedFileHeader header = Sample.Header(file);
        Assert.Equal(vector.Header, Convert.ToHexStringLower(header.Encoded.Span));
        Assert.Equal(vector.FirstChunkTag, Convert.ToHexStringLower(file.AsSpan(header.Size + header.PlainChunkSize(0), SealedFormat.TagSize)));
        Assert.Equal(vector.FileLength, file.Length);
        Assert.Equal(vector.FileSha256, Convert.ToHexStringLower(SHA256.HashData(file)));
        Assert.Equal(vector.ContentId, info.ContentId.ToString());
        Assert.Equal(plaintext, SealedFile.TryOpen(file, key, info.ContentId, out _));
    }

    [Fact]
    public void Published_vectors_are_those_of_the_reference_and_no_others()
    {
        Assert.Equal(Inputs.Select(input => input.Name + ".json").Order(StringComparer.Ordinal), Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach ((string name, int length, int chunkSize, byte[][] recipients) in Inputs)
            Assert.Equal(Serialize(Make(name, length, chunkSize, recipients)), File.ReadAllText(Path.Combine(Folder, name + ".json")));
    }

    /// <summary>Writes the vectors anew; asked for by name, with <c>-explicit only</c>, when the format changes on purpose.</summary>
    [Fact(Explicit = true)]
    public void Write_vectors()
    {
        Directory.CreateDirectory(Folder);
        foreach ((string name, int length, int chunkSize, byte[][] recipients) in Inputs)
            File.WriteAllText(Path.Combine(Folder, name + ".json"), Serialize(Make(name, length, chunkSize, recipients)));
    }

    private static SealingVector Make(string name, int length, int chunkSize, byte[][] recipients)
    {
        byte[] key = SHA256.HashData("content key"u8), salt = SHA256.HashData("salt"u8);
        List<byte[]> pieces = ReferenceSealer.Seal(Plaintext(length), key, salt, chunkSize, recipients);
        byte[] file = [.. pieces.SelectMany(piece => piece)];
        return new SealingVector(
            name, "plaintext byte i is i mod 251", Hex(key), Hex(salt), chunkSize, length, [.. recipients.Select(Hex)],
            Hex(pieces[0]), Hex(ReferenceSealer.FileKey(key, salt, pieces[0])), Hex(pieces[1][^16..]), file.Length, Hex(SHA256.HashData(file)),
            Hex(ReferenceSealer.ContentId(pieces, length)));
    }

    private static string Beside() => Path.Combine(Errand.Tests.Vectors.Repository(), "tests", "vectors", "sealing");

    private static byte[] Plaintext(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Serialize(SealingVector vector) => JsonSerializer.Serialize(vector, Json) + "\n";

    private static SealingVector Read(string name)
    {
        SealingVector? vector = JsonSerializer.Deserialize<SealingVector>(File.ReadAllText(Path.Combine(Folder, name + ".json")), Json);
        Assert.NotNull(vector);
        return vector;
    }
}
