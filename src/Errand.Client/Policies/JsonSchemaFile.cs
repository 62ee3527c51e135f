using System.Collections.Immutable;
using System.Text;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Reads a small part of JSON Schema: type, properties, required, additionalProperties (false only), items, maxItems, minimum, maximum, enum (of texts), maxLength.</summary>
/// <remarks>What bounds a value is required where JSON Schema would let it out: a text has maxLength or enum, a list has maxItems, an object says additionalProperties false.</remarks>
internal static class JsonSchemaFile
{
    public static JsonType Read(ShapeObject schema) => Read(schema, 1);

    private static JsonType Read(ShapeObject schema, int depth)
    {
        if (depth > ShapeLimits.DepthMax) throw new PolicyFileException($"\"{schema.Path}\" is nested deeper than {ShapeLimits.DepthMax} levels.");
        switch (schema.Text("type"))
        {
            case "object":
                schema.AllowOnly("type", "properties", "required", "additionalProperties");
                if (!schema.IsFalse("additionalProperties")) throw schema.Wrong("additionalProperties", "false, typed out: an object that may hold more is no bound");
                return Map(schema, depth);
            case "array":
                schema.AllowOnly("type", "items", "maxItems");
                return new JsonType.List((int)schema.Whole("maxItems", 0, ShapeLimits.RowsMax), Read(schema.Object("items"), depth + 1));
            case "string" when schema.Has("enum"):
                schema.AllowOnly("type", "enum");
                ImmutableArray<string> values = [.. schema.Texts("enum", ShapeLimits.ValuesMax).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
                if (values.IsEmpty || !values.All(IsPlain)) throw schema.Wrong("enum", $"1 to {ShapeLimits.ValuesMax} texts without quotes, backslashes and control characters, of at most {ShapeLimits.TextSizeMax} bytes");
                return new JsonType.Choice(values);
            case "string":
                schema.AllowOnly("type", "maxLength", "enum");
                return new JsonType.Text((int)schema.Whole("maxLength", 0, ShapeLimits.LengthMax));
            case "integer":
                (long least, long most) = Bounds(schema);
                return new JsonType.Whole(least, most);
            case "number":
                (least, most) = Bounds(schema);
                return new JsonType.Number(least, most);
            case "boolean":
                schema.AllowOnly("type");
                return new JsonType.Truth();
            default:
                throw schema.Wrong("type", "object, array, string, integer, number or boolean");
        }
    }

    private static JsonType.Map Map(ShapeObject schema, int depth)
    {
        ShapeObject properties = schema.Object("properties");
        ImmutableArray<string> required = schema.Has("required") ? schema.Texts("required", ShapeLimits.MembersMax) : [];
        if (properties.Names.Count > ShapeLimits.MembersMax || !properties.Names.All(IsPlain))
            throw schema.Wrong("properties", $"at most {ShapeLimits.MembersMax}, with names without quotes, backslashes and control characters, of at most {ShapeLimits.TextSizeMax} bytes");
        if (required.FirstOrDefault(name => !properties.Has(name)) is { } unknown) throw schema.Wrong("required", $"names of properties; \"{unknown}\" is none");
        return new JsonType.Map([.. properties.Names.Select(name => new JsonType.Member(name, required.Contains(name), Read(properties.Object(name), depth + 1)))]);
    }

    private static (long Least, long Most) Bounds(ShapeObject schema)
    {
        schema.AllowOnly("type", "minimum", "maximum");
        long least = schema.Has("minimum") ? schema.Whole("minimum", -ShapeLimits.NumberMax, ShapeLimits.NumberMax) : -ShapeLimits.NumberMax;
        return (least, schema.Has("maximum") ? schema.Whole("maximum", least, ShapeLimits.NumberMax) : Math.Max(least, ShapeLimits.NumberMax));
    }

    private static bool IsPlain(string text) =>
        Encoding.UTF8.GetByteCount(text) <= ShapeLimits.TextSizeMax && !text.Any(letter => char.IsControl(letter) || letter is '"' or '\\');
}
