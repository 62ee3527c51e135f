using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Client;

/// <summary>One run of a ledger's process: 16 random bytes.</summary>
public readonly record struct RequestInstance
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 16;

    private readonly UInt128 _value;

    /// <summary>Reads it from exactly <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public RequestInstance(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"An instance has {Size} bytes.", nameof(bytes));
        _value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>A new one.</summary>
    public static RequestInstance Draw() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>The bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);
        return bytes;
    }
}
