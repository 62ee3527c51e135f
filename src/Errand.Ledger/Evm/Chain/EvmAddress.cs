using System.Diagnostics.CodeAnalysis;
using System.Text;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>An account or contract of an EVM chain: 20 bytes.</summary>
public readonly record struct EvmAddress
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 20;

    private readonly UInt128 _high;
    private readonly uint _low;

    /// <summary>Reads an address from exactly 20 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="source"/> is not 20 bytes long.</exception>
    public EvmAddress(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size) throw new ArgumentException($"Expected {Size} bytes, got {source.Length}.", nameof(source));
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(source);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(source[16..]);
    }

    /// <summary>Reads <c>0x</c> and 40 hexadecimal digits: all of one case, or mixed as the checksum of EIP-55 asks.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EvmAddress address)
    {
        address = default;
        if (text is not { Length: 2 + Size * 2 } || !text.StartsWith("0x", StringComparison.Ordinal)) return false;
        string digits = text[2..];
        if (digits.AsSpan().IndexOfAnyExcept("0123456789abcdefABCDEF") >= 0) return false;
        var read = new EvmAddress(Convert.FromHexString(digits));
        bool mixed = digits.AsSpan().ContainsAnyInRange('a', 'f') && digits.AsSpan().ContainsAnyInRange('A', 'F');
        if (mixed && read.ToString() != text) return false;
        address = read;
        return true;
    }

    /// <summary>The 20 bytes as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the 20 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _low);
    }

    /// <summary><c>0x</c> and 40 digits with the checksum of EIP-55.</summary>
    public override string ToString()
    {
        string digits = Convert.ToHexStringLower(ToArray());
        string hash = Keccak.Hash(Encoding.ASCII.GetBytes(digits)).ToString();
        return "0x" + string.Concat(digits.Select((digit, i) => hash[i] >= '8' ? char.ToUpperInvariant(digit) : digit));
    }
}
