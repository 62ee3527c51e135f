using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Numbers in the one plain form: an optional minus, digits without leading zeros, at most one point with digits behind it; no exponent, no negative zero.</summary>
internal static class PlainNumber
{
    /// <summary>Counts a number's digits; false for anything else, and for more than <see cref="ShapeLimits.DigitsMax"/> digits.</summary>
    /// <param name="text">ASCII.</param>
    /// <param name="digits">All of them.</param>
    /// <param name="places">Those behind the point.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out int digits, out int places)
    {
        digits = places = 0;
        bool negative = text.StartsWith("-"u8);
        if (negative) text = text[1..];
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<byte> part = point < 0 ? default : text[(point + 1)..];
        if (whole.IsEmpty || whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (whole.Length > 1 && whole[0] == '0')) return false;
        if (point >= 0 && (part.IsEmpty || part.ContainsAnyExceptInRange((byte)'0', (byte)'9'))) return false;
        digits = whole.Length + part.Length;
        places = part.Length;
        bool zero = !whole.ContainsAnyExcept((byte)'0') && !part.ContainsAnyExcept((byte)'0');
        return digits <= ShapeLimits.DigitsMax && !(negative && zero);
    }
}
