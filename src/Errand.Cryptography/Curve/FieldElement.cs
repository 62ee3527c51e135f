using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Errand.Cryptography;

/// <summary>An integer modulo p = 2^255 − 19 in five limbs of 51 bits. For public values only: comparisons and decoding branch on them.</summary>
/// <remarks>
/// Bounds. Products and squares come out "tight": limbs below 2^51 + 2^17. Sums and differences are not carried; they may be fed to
/// products as long as every limb is below 2^54, and a subtrahend's limbs must not exceed 4p's, 2^53 − 76. With limbs below 2^54 a
/// column of products is below 5 · 19 · 2^108 &lt; 2^115, so what is carried out of it fits 64 bits.
/// </remarks>
internal readonly struct FieldElement
{
    /// <summary>Length of an encoding.</summary>
    internal const int Size = 32;

    private const int LimbBits = 51;
    private const ulong LimbMask = (1ul << LimbBits) - 1;

    // The limbs of 4p.
    private const ulong Bias0 = 4 * (LimbMask - 18);
    private const ulong Bias = 4 * LimbMask;

    private readonly ulong _l0, _l1, _l2, _l3, _l4;

    private FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
        _l4 = l4;
    }

    internal static FieldElement One { get; } = FromSmall(1);

    internal static FieldElement Zero => default;

    /// <summary>True when the value is 0 modulo p.</summary>
    internal bool IsZero
    {
        get
        {
            FieldElement reduced = Reduce();
            return (reduced._l0 | reduced._l1 | reduced._l2 | reduced._l3 | reduced._l4) == 0;
        }
    }

    /// <summary>The sign of RFC 8032 section 5.1.2: the lowest bit of the reduced value.</summary>
    internal bool IsNegative => (Reduce()._l0 & 1) != 0;

    /// <summary>One of the five limbs of 51 bits.</summary>
    internal ulong Limb(int index) => index switch { 0 => _l0, 1 => _l1, 2 => _l2, 3 => _l3, _ => _l4 };

    /// <summary>A tight element of limbs below 2^54.</summary>
    internal static FieldElement FromLimbs(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => CarryOnce(l0, l1, l2, l3, l4);

    /// <summary>A small number.</summary>
    internal static FieldElement FromSmall(uint value) => new(value, 0, 0, 0, 0);

    /// <summary>Reads 32 little-endian bytes without their top bit; false when the number is not below p (RFC 8032 section 5.1.3, step 1).</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> encoded, out FieldElement value)
    {
        ulong w0 = BinaryPrimitives.ReadUInt64LittleEndian(encoded);
        ulong w1 = BinaryPrimitives.ReadUInt64LittleEndian(encoded[8..]);
        ulong w2 = BinaryPrimitives.ReadUInt64LittleEndian(encoded[16..]);
        ulong w3 = BinaryPrimitives.ReadUInt64LittleEndian(encoded[24..]) & ~(1ul << 63);
        value = new FieldElement(
            w0 & LimbMask,
            (w0 >> 51 | w1 << 13) & LimbMask,
            (w1 >> 38 | w2 << 26) & LimbMask,
            (w2 >> 25 | w3 << 39) & LimbMask,
            w3 >> 12);
        bool belowP = w3 != ulong.MaxValue >> 1 || w2 != ulong.MaxValue || w1 != ulong.MaxValue || w0 < ulong.MaxValue - 18;
        return belowP;
    }

    /// <summary>Writes the reduced value as 32 little-endian bytes.</summary>
    internal void Encode(Span<byte> destination)
    {
        FieldElement r = Reduce();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, r._l0 | r._l1 << 51);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], r._l1 >> 13 | r._l2 << 38);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], r._l2 >> 26 | r._l3 << 25);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], r._l3 >> 39 | r._l4 << 12);
    }

    /// <summary>The sum, not carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator +(in FieldElement a, in FieldElement b) => unchecked(
        new(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4));

    /// <summary>The difference plus 4p, not carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator -(in FieldElement a, in FieldElement b) => unchecked(
        new(a._l0 + Bias0 - b._l0, a._l1 + Bias - b._l1, a._l2 + Bias - b._l2, a._l3 + Bias - b._l3, a._l4 + Bias - b._l4));

    /// <summary>The product, tight.</summary>
    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        unchecked
        {
            ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3, a4 = a._l4;
            ulong b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3, b4 = b._l4;
            // 2^255 = 19 modulo p: columns above the fifth come back multiplied by 19.
            ulong b1x19 = 19 * b1, b2x19 = 19 * b2, b3x19 = 19 * b3, b4x19 = 19 * b4;

            ulong high0 = Multiply(a0, b0, out ulong low0);
            AddProduct(a1, b4x19, ref high0, ref low0);
            AddProduct(a2, b3x19, ref high0, ref low0);
            AddProduct(a3, b2x19, ref high0, ref low0);
            AddProduct(a4, b1x19, ref high0, ref low0);

            ulong high1 = Multiply(a0, b1, out ulong low1);
            AddProduct(a1, b0, ref high1, ref low1);
            AddProduct(a2, b4x19, ref high1, ref low1);
            AddProduct(a3, b3x19, ref high1, ref low1);
            AddProduct(a4, b2x19, ref high1, ref low1);

            ulong high2 = Multiply(a0, b2, out ulong low2);
            AddProduct(a1, b1, ref high2, ref low2);
            AddProduct(a2, b0, ref high2, ref low2);
            AddProduct(a3, b4x19, ref high2, ref low2);
            AddProduct(a4, b3x19, ref high2, ref low2);

            ulong high3 = Multiply(a0, b3, out ulong low3);
            AddProduct(a1, b2, ref high3, ref low3);
            AddProduct(a2, b1, ref high3, ref low3);
            AddProduct(a3, b0, ref high3, ref low3);
            AddProduct(a4, b4x19, ref high3, ref low3);

            ulong high4 = Multiply(a0, b4, out ulong low4);
            AddProduct(a1, b3, ref high4, ref low4);
            AddProduct(a2, b2, ref high4, ref low4);
            AddProduct(a3, b1, ref high4, ref low4);
            AddProduct(a4, b0, ref high4, ref low4);

            return Carry(high0, low0, high1, low1, high2, low2, high3, low3, high4, low4);
        }
    }

    /// <summary>The square, tight.</summary>
    internal FieldElement Square()
    {
        unchecked
        {
            ulong a0 = _l0, a1 = _l1, a2 = _l2, a3 = _l3, a4 = _l4;
            ulong a0x2 = 2 * a0, a1x2 = 2 * a1, a2x38 = 38 * a2, a3x19 = 19 * a3, a4x19 = 19 * a4, a4x38 = 38 * a4;

            ulong high0 = Multiply(a0, a0, out ulong low0);
            AddProduct(a1x2, a4x19, ref high0, ref low0);
            AddProduct(a2x38, a3, ref high0, ref low0);

            ulong high1 = Multiply(a0x2, a1, out ulong low1);
            AddProduct(a2x38, a4, ref high1, ref low1);
            AddProduct(a3, a3x19, ref high1, ref low1);

            ulong high2 = Multiply(a0x2, a2, out ulong low2);
            AddProduct(a1, a1, ref high2, ref low2);
            AddProduct(a3, a4x38, ref high2, ref low2);

            ulong high3 = Multiply(a0x2, a3, out ulong low3);
            AddProduct(a1x2, a2, ref high3, ref low3);
            AddProduct(a4, a4x19, ref high3, ref low3);

            ulong high4 = Multiply(a0x2, a4, out ulong low4);
            AddProduct(a1x2, a3, ref high4, ref low4);
            AddProduct(a2, a2, ref high4, ref low4);

            return Carry(high0, low0, high1, low1, high2, low2, high3, low3, high4, low4);
        }
    }

    /// <summary>The same value with carried limbs: makes a sum or difference tight.</summary>
    internal FieldElement Tighten() => CarryOnce(_l0, _l1, _l2, _l3, _l4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Carry(
        ulong high0, ulong low0, ulong high1, ulong low1, ulong high2, ulong low2, ulong high3, ulong low3, ulong high4, ulong low4)
    {
        unchecked
        {
            ulong r0 = (low0 & LimbMask) + 19 * (high4 << 13 | low4 >> 51);
            ulong r1 = (low1 & LimbMask) + (high0 << 13 | low0 >> 51);
            ulong r2 = (low2 & LimbMask) + (high1 << 13 | low1 >> 51);
            ulong r3 = (low3 & LimbMask) + (high2 << 13 | low2 >> 51);
            ulong r4 = (low4 & LimbMask) + (high3 << 13 | low3 >> 51);
            return CarryOnce(r0, r1, r2, r3, r4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement CarryOnce(ulong r0, ulong r1, ulong r2, ulong r3, ulong r4) => unchecked(new(
        (r0 & LimbMask) + 19 * (r4 >> LimbBits),
        (r1 & LimbMask) + (r0 >> LimbBits),
        (r2 & LimbMask) + (r1 >> LimbBits),
        (r3 & LimbMask) + (r2 >> LimbBits),
        (r4 & LimbMask) + (r3 >> LimbBits)));

    /// <summary>The value in 0…p−1, all limbs below 2^51.</summary>
    private FieldElement Reduce()
    {
        unchecked
        {
            FieldElement t = CarryOnce(_l0, _l1, _l2, _l3, _l4);
            // t is below 2p. It is at least p exactly when t + 19 carries out of bit 255; then t − p = t + 19 − 2^255.
            ulong q = (t._l0 + 19) >> LimbBits;
            q = (t._l1 + q) >> LimbBits;
            q = (t._l2 + q) >> LimbBits;
            q = (t._l3 + q) >> LimbBits;
            q = (t._l4 + q) >> LimbBits;
            ulong r0 = t._l0 + 19 * q;
            ulong r1 = t._l1 + (r0 >> LimbBits);
            ulong r2 = t._l2 + (r1 >> LimbBits);
            ulong r3 = t._l3 + (r2 >> LimbBits);
            ulong r4 = t._l4 + (r3 >> LimbBits);
            return new FieldElement(r0 & LimbMask, r1 & LimbMask, r2 & LimbMask, r3 & LimbMask, r4 & LimbMask);
        }
    }

    // MULX gives the high half alone; taking the low half from a second multiplication is faster than through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Multiply(ulong a, ulong b, out ulong low)
    {
        low = unchecked(a * b);
        return Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(ulong a, ulong b, ref ulong high, ref ulong low)
    {
        unchecked
        {
            ulong productHigh = Multiply(a, b, out ulong productLow);
            low += productLow;
            high += productHigh + (low < productLow ? 1ul : 0ul);
        }
    }
}
