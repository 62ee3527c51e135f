using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>The ID block of an SEV-SNP guest (AMD publication 56860, table 75): what its owner signs for the launch.</summary>
public sealed record SnpIdBlock
{
    private const int Size = 96;
    private const int KeySize = 1028;
    private const uint Version = 1;

    /// <summary>The number of curve P-384 in AMD's key structure.</summary>
    private const uint CurveP384 = 2;

    private const int CoordinateSize = 72;

    /// <summary>Launch digest, 48 bytes.</summary>
    public required ReadOnlyMemory<byte> Measurement { get; init; }

    /// <summary>FAMILY_ID, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> FamilyId { get; init; }

    /// <summary>IMAGE_ID, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> ImageId { get; init; }

    /// <summary>GUEST_SVN.</summary>
    public required uint GuestSvn { get; init; }

    /// <summary>The guest policy's 64 bits.</summary>
    public required ulong Policy { get; init; }

    /// <summary>The 96 bytes that the ID key signs.</summary>
    /// <exception cref="InvalidOperationException">A field has another length than the table says.</exception>
    public byte[] Encode()
    {
        if (Measurement.Length != 48 || FamilyId.Length != 16 || ImageId.Length != 16) throw new InvalidOperationException("A field of the ID block has a wrong length.");
        var block = new byte[Size];
        Measurement.Span.CopyTo(block);
        FamilyId.Span.CopyTo(block.AsSpan(48));
        ImageId.Span.CopyTo(block.AsSpan(64));
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(80), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(84), GuestSvn);
        BinaryPrimitives.WriteUInt64LittleEndian(block.AsSpan(88), Policy);
        return block;
    }

    /// <summary>
    /// ID_KEY_DIGEST or AUTHOR_KEY_DIGEST: SHA-384 over AMD's structure of the public key (table 76: curve, X and Y in 72 bytes little-endian,
    /// 880 reserved bytes).
    /// </summary>
    /// <exception cref="ArgumentException">The key is not on P-384.</exception>
    public static byte[] DigestKey(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Curve.Oid.Value != ECCurve.NamedCurves.nistP384.Oid.Value) throw new ArgumentException("ID and author keys are on P-384.", nameof(key));
        var structure = new byte[KeySize];
        BinaryPrimitives.WriteUInt32LittleEndian(structure, CurveP384);
        WriteReversed(parameters.Q.X, structure.AsSpan(4, CoordinateSize));
        WriteReversed(parameters.Q.Y, structure.AsSpan(4 + CoordinateSize, CoordinateSize));
        return SHA384.HashData(structure);
    }

    private static void WriteReversed(ReadOnlySpan<byte> bigEndian, Span<byte> destination)
    {
        bigEndian.CopyTo(destination);
        destination[..bigEndian.Length].Reverse();
    }
}
