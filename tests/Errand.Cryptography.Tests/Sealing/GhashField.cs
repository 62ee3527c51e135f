using System.Buffers.Binary;

namespace Errand.Cryptography.Tests;

/// <summary>GF(2^128) as GCM has it (NIST SP 800-38D section 6.3): the first bit of a block is the coefficient of x^0. Addition is xor.</summary>
internal static class GhashField
{
    private static readonly UInt128 Reduction = (UInt128)0xE1 << 120;

    public static UInt128 Read(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadUInt128BigEndian(block);

    public static byte[] Write(UInt128 element)
    {
        var block = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(block, element);
        return block;
    }

    public static UInt128 Multiply(UInt128 x, UInt128 y)
    {
        UInt128 product = 0;
        for (int bit = 127; bit >= 0; bit--)
        {
            if (((x >> bit) & 1) != 0) product ^= y;
            y = (y & 1) == 0 ? y >> 1 : (y >> 1) ^ Reduction;
        }
        return product;
    }

    /// <summary>x^(2^128 − 2).</summary>
    public static UInt128 Invert(UInt128 x)
    {
        UInt128 power = x, inverse = (UInt128)1 << 127;
        for (int i = 1; i < 128; i++)
        {
            power = Multiply(power, power);
            inverse = Multiply(inverse, power);
        }
        return inverse;
    }

    /// <summary>GHASH of ciphertext blocks without associated data, up to the block of lengths.</summary>
    public static UInt128 Ghash(UInt128 h, ReadOnlySpan<byte> ciphertext)
    {
        UInt128 sum = 0;
        for (int i = 0; i < ciphertext.Length; i += 16) sum = Multiply(sum ^ Read(ciphertext.Slice(i, 16)), h);
        return Multiply(sum ^ ((UInt128)ciphertext.Length * 8), h);
    }
}
