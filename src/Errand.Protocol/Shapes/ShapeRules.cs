namespace Errand.Protocol;

/// <summary>The sentences of <see cref="ShapeRule"/>, for people.</summary>
public static class ShapeRules
{
    /// <summary>What the output does not keep to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rule.</exception>
    public static string Sentence(this ShapeRule rule) => rule switch
    {
        ShapeRule.None => "This shape holds; another owner's does not.",
        ShapeRule.FileUnknown => "The shape names no such file.",
        ShapeRule.FileMissing => "The file is missing.",
        ShapeRule.Header => "The first line is not the header of the shape.",
        ShapeRule.LineEnd => "The line has no line feed at its end.",
        ShapeRule.Rows => "There are more rows than the shape allows.",
        ShapeRule.Columns => "The row has more or fewer fields than the shape has columns.",
        ShapeRule.Field => "The field is not what its column takes.",
        ShapeRule.GroupSize => "The row stands for fewer records than the minimum group size.",
        ShapeRule.Json => "The file is no JSON text in UTF-8, or nests too deep.",
        ShapeRule.Type => "The value is of another type.",
        ShapeRule.Property => "A property is not named in the shape, is repeated, or is out of order.",
        ShapeRule.PropertyMissing => "A required property is missing.",
        ShapeRule.Items => "The array has more items than the shape allows.",
        ShapeRule.Range => "The number is outside its bounds.",
        ShapeRule.Length => "The text is longer than the shape allows.",
        ShapeRule.Choice => "The text is none of the listed ones.",
        ShapeRule.NumberForm => "The number is not in plain form: an exponent, a negative zero, a fraction where none may be, or too many digits.",
        ShapeRule.Escape => "A text or a name holds an escape.",
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };
}
