using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Errand.Attestation;

/// <summary>A TPM manufacturer: four bytes, mostly ASCII (TCG TPM Vendor ID Registry), in certificates as <c>id:49465800</c>.</summary>
/// <param name="Id">The four bytes as a big-endian number.</param>
public readonly record struct TpmVendor(uint Id)
{
    private const string Prefix = "id:";

    /// <summary>The vendor with a name of up to four ASCII letters, such as "IFX"; zeros fill the rest.</summary>
    /// <exception cref="ArgumentException">The name has no letter, more than four, or another than ASCII.</exception>
    public static TpmVendor Of(string name)
    {
        if (name is not { Length: > 0 and <= 4 } || !Ascii.IsValid(name)) throw new ArgumentException("A vendor has one to four ASCII letters.", nameof(name));
        Span<byte> id = stackalloc byte[4];
        Encoding.ASCII.GetBytes(name, id);
        return new TpmVendor(BinaryPrimitives.ReadUInt32BigEndian(id));
    }

    /// <summary>Reads the form in certificates; false for another.</summary>
    public static bool TryParse(string? text, out TpmVendor vendor)
    {
        vendor = default;
        if (text is not { Length: 11 } || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        if (!uint.TryParse(text.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, null, out uint id)) return false;
        vendor = new TpmVendor(id);
        return true;
    }

    /// <summary>The form in certificates.</summary>
    public override string ToString() => $"{Prefix}{Id:X8}";
}
