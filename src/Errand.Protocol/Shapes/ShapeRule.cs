namespace Errand.Protocol;

/// <summary>Which rule of a shape an output breaks. The numbers are in notes to owners and never reused.</summary>
public enum ShapeRule
{
    /// <summary>None: this owner's shape holds, another's does not.</summary>
    None = 0,

    /// <summary>The app left a file that the shape does not name.</summary>
    FileUnknown = 1,

    /// <summary>A file that the shape names is not there.</summary>
    FileMissing = 2,

    /// <summary>The first line is not the header.</summary>
    Header = 3,

    /// <summary>A line has no line feed at its end.</summary>
    LineEnd = 4,

    /// <summary>There are more rows than allowed.</summary>
    Rows = 5,

    /// <summary>A row has more or fewer fields than there are columns.</summary>
    Columns = 6,

    /// <summary>A field is not what its column takes.</summary>
    Field = 7,

    /// <summary>A row stands for fewer records than the minimum group size.</summary>
    GroupSize = 8,

    /// <summary>The file is no JSON text in UTF-8, or nests too deep.</summary>
    Json = 9,

    /// <summary>A value is of another type.</summary>
    Type = 10,

    /// <summary>A property is not named in the shape, is repeated, or is out of order.</summary>
    Property = 11,

    /// <summary>A property that is required is missing.</summary>
    PropertyMissing = 12,

    /// <summary>An array has more items than allowed.</summary>
    Items = 13,

    /// <summary>A number is outside its bounds.</summary>
    Range = 14,

    /// <summary>A text is longer than allowed.</summary>
    Length = 15,

    /// <summary>A text is none of the listed ones.</summary>
    Choice = 16,

    /// <summary>A number is not in plain form: an exponent, a negative zero, a fraction where none may be, or too many digits.</summary>
    NumberForm = 17,

    /// <summary>A text or a name holds an escape.</summary>
    Escape = 18,
}
