namespace Errand.Protocol;

/// <summary>Every bound of an output shape. A shape is on the ledger and is read by everybody, so it is small.</summary>
public static class ShapeLimits
{
    /// <summary>Bytes of a whole encoded shape.</summary>
    public const int SizeMax = 8192;

    /// <summary>Files that one shape names.</summary>
    public const int FilesMax = 8;

    /// <summary>Columns of a CSV file; properties of a JSON object.</summary>
    public const int MembersMax = 64;

    /// <summary>Listed values of a column or of a JSON text.</summary>
    public const int ValuesMax = 128;

    /// <summary>UTF-8 bytes of a name, of a listed value, and of an alphabet.</summary>
    public const int TextSizeMax = 128;

    /// <summary>Digits of a number in a file: all of them fit a signed 64-bit integer, and a decimal without rounding.</summary>
    public const int DigitsMax = 18;

    /// <summary>Characters of a free text in a file.</summary>
    public const int LengthMax = 4096;

    /// <summary>Rows of a CSV file; items of a JSON array.</summary>
    public const int RowsMax = 1_000_000;

    /// <summary>The highest number in a bound, and with a minus sign the lowest: 2^53 − 1, which every JSON reader keeps exactly.</summary>
    public const long NumberMax = (1L << 53) - 1;

    /// <summary>How deep a JSON file may nest.</summary>
    public const int DepthMax = 8;

    /// <summary>Types in one JSON shape, inner ones counted.</summary>
    public const int TypesMax = 256;
}
