using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Ethereum's way to write numbers and bytes in JSON, read strictly.</summary>
internal static class RpcHex
{
    private const string Prefix = "0x", Digits = "0123456789abcdefABCDEF";
    private const int NumberDigitsMax = 16;

    internal static string Of(ulong number) => Prefix + number.ToString("x", CultureInfo.InvariantCulture);

    internal static string Of(ReadOnlySpan<byte> bytes) => Prefix + Convert.ToHexStringLower(bytes);

    /// <summary>A quantity that fits into 64 bits, without leading zeros.</summary>
    internal static bool TryNumber(JsonElement json, out ulong number)
    {
        number = 0;
        return TryDigits(json, out string? digits) && digits.Length is > 0 and <= NumberDigitsMax && (digits.Length == 1 || digits[0] != '0')
            && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A quantity that fits into 128 bits.</summary>
    internal static bool TryQuantity(JsonElement json, out UInt128 number)
    {
        number = 0;
        return TryDigits(json, out string? digits) && digits.Length is > 0 and <= 2 * NumberDigitsMax && (digits.Length == 1 || digits[0] != '0')
            && UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Bytes: an even number of digits.</summary>
    internal static bool TryBytes(JsonElement json, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = TryDigits(json, out string? digits) && digits.Length % 2 == 0 ? Convert.FromHexString(digits) : null;
        return bytes is not null;
    }

    /// <summary>Exactly 32 bytes.</summary>
    internal static bool TryBytes32(JsonElement json, out Bytes32 value)
    {
        value = default;
        return TryBytes(json, out byte[]? bytes) && Bytes32.TryRead(bytes, out value);
    }

    /// <summary>Exactly 20 bytes.</summary>
    internal static bool TryAddress(JsonElement json, out EvmAddress address)
    {
        address = TryBytes(json, out byte[]? bytes) && bytes.Length == EvmAddress.Size ? new EvmAddress(bytes) : default;
        return bytes?.Length == EvmAddress.Size;
    }

    /// <summary>A member of an object; false where there is none, and where a name among them has half a surrogate pair.</summary>
    internal static bool TryGet(JsonElement json, string name, out JsonElement value)
    {
        value = default;
        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Names are unescaped only when they are compared.
            return false;
        }
    }

    /// <summary>A JSON string's text; null for anything else, and for one with half a surrogate pair.</summary>
    internal static string? TryText(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryDigits(JsonElement json, [NotNullWhen(true)] out string? digits)
    {
        digits = TryText(json) is { } text && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : null;
        if (digits is not null && digits.AsSpan().IndexOfAnyExcept(Digits) >= 0) digits = null;
        return digits is not null;
    }
}
