using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Errand.Ledger;

/// <summary>Which tile of a log is asked for: C2SP tlog-tiles, <c>tile/L/N[.p/W]</c> and <c>tile/entries/N[.p/W]</c>.</summary>
/// <param name="Level">0 … 63; −1 for an entry bundle.</param>
/// <param name="Index">Which tile of this level, counted from the left.</param>
/// <param name="Width">256, or less for a partial tile.</param>
public sealed record TilePath(int Level, long Index, int Width)
{
    /// <summary>The level that stands for entry bundles.</summary>
    public const int Entries = -1;

    /// <summary>The width of a full tile.</summary>
    public const int FullWidth = 256;

    private const int LevelMax = 63;

    // 256^(L+1)·N stays below 2^63 for any log that can exist; six groups of three digits are far beyond.
    private const int GroupsMax = 6;

    /// <summary>First leaf, or hash, of the tile at its own level.</summary>
    public long First => Index * FullWidth;

    /// <summary>Reads the part of the path behind <c>tile/</c>; only the one form of each name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? path, [NotNullWhen(true)] out TilePath? tile)
    {
        tile = null;
        if (path is null || path.Length > 64) return false;
        string[] parts = path.Split('/');
        if (parts.Length < 2 || !TryParseLevel(parts[0], out int level)) return false;
        int width = FullWidth, end = parts.Length;
        if (parts.Length >= 3 && parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryParseNumber(parts[^1], 1, FullWidth - 1, out width)) return false;
            parts[^2] = parts[^2][..^2];
            end--;
        }
        if (!TryParseIndex(parts.AsSpan(1, end - 1), out long index)) return false;
        tile = new TilePath(level, index, width);
        return true;
    }

    /// <summary>The path behind <c>tile/</c>.</summary>
    public override string ToString()
    {
        var path = new StringBuilder(Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture));
        string digits = Index.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
        for (int i = 0; i < digits.Length; i += 3) path.Append(i + 3 < digits.Length ? "/x" : "/").Append(digits, i, 3);
        if (Width != FullWidth) path.Append(CultureInfo.InvariantCulture, $".p/{Width}");
        return path.ToString();
    }

    private static bool TryParseLevel(string text, out int level)
    {
        level = Entries;
        return text == "entries" || TryParseNumber(text, 0, LevelMax, out level);
    }

    private static bool TryParseIndex(ReadOnlySpan<string> groups, out long index)
    {
        index = 0;
        if (groups.Length is 0 or > GroupsMax) return false;
        for (int i = 0; i < groups.Length; i++)
        {
            ReadOnlySpan<char> group = groups[i];
            bool last = i == groups.Length - 1;
            if (!last)
            {
                if (group is not ['x', ..]) return false;
                group = group[1..];
            }
            if (group.Length != 3 || group.IndexOfAnyExceptInRange('0', '9') >= 0) return false;
            // No group more than the number needs.
            if (i == 0 && !last && group.SequenceEqual("000")) return false;
            index = index * 1000 + int.Parse(group, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        return index <= long.MaxValue / FullWidth;
    }

    private static bool TryParseNumber(string text, int min, int max, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 3 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0 || text is ['0', _, ..]) return false;
        value = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return value >= min && value <= max;
    }
}
