namespace Errand.Ledger;

/// <summary>Base 64 of RFC 4648 section 4 in its one canonical form: padded, no white space, unused bits zero.</summary>
internal static class StrictBase64
{
    internal static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 4 * 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64Chars(text, bytes, out int size)) return false;
        bytes = bytes[..size];
        // The platform's decoder skips white space and ignores unused bits: only the form it would write itself is accepted.
        return text.SequenceEqual(Convert.ToBase64String(bytes));
    }
}
