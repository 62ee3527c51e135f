using System.Numerics;

namespace Errand.Attestation;

/// <summary>A set of PCR indices 0 to 23, as the bits of a number.</summary>
/// <param name="Mask">Bit i stands for PCR i.</param>
public readonly record struct PcrSet(uint Mask)
{
    /// <summary>PCRs of a PC Client TPM.</summary>
    public const int Count = 24;

    /// <summary>Bytes of the bitmap in a TPMS_PCR_SELECTION.</summary>
    public const int BitmapSize = 3;

    /// <summary>The firmware's PCRs, 0 to 7.</summary>
    public static PcrSet Firmware { get; } = new(0xFF);

    /// <summary>How many PCRs it has.</summary>
    public int Size => BitOperations.PopCount(Mask);

    /// <summary>True when no bit beyond PCR 23 is set.</summary>
    public bool IsWellFormed => Mask >> Count == 0;

    /// <summary>The set of the given indices.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is not 0 to 23.</exception>
    public static PcrSet Of(params ReadOnlySpan<int> indices)
    {
        uint mask = 0;
        foreach (int index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(indices));
            mask |= 1u << index;
        }
        return new PcrSet(mask);
    }

    /// <summary>Reads the three bytes of a bitmap: bit i of byte b is PCR 8·b + i.</summary>
    public static PcrSet Read(ReadOnlySpan<byte> bitmap) => new((uint)(bitmap[0] | bitmap[1] << 8 | bitmap[2] << 16));

    /// <summary>Whether an index is in the set.</summary>
    public bool Contains(int index) => index is >= 0 and < Count && (Mask >> index & 1) != 0;

    /// <summary>The indices, rising.</summary>
    public IEnumerable<int> Indices()
    {
        for (int index = 0; index < Count; index++)
            if (Contains(index)) yield return index;
    }

    /// <summary>The bitmap that <see cref="Read"/> reads.</summary>
    public byte[] ToBitmap() => [(byte)(Mask & 0xFF), (byte)(Mask >> 8 & 0xFF), (byte)(Mask >> 16 & 0xFF)];

    /// <inheritdoc/>
    public override string ToString() => $"PCR {string.Join(',', Indices())}";
}
