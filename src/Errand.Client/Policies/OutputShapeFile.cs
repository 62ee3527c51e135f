using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Errand.Cryptography;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Reads an <see cref="OutputShape"/> as people write it: JSON with comments; what is not known is refused.</summary>
/// <remarks>
/// <code>
/// {
///   "version": 1,
///   "notes": "(HPKE key)",               // to whom refusals are explained: recipientKey of errand keys show --json; left out for nobody
///   "files": {
///     "counts.csv": { "csv": {
///       "columns": [
///         { "name": "site", "type": "choice", "values": ["north", "south"] },
///         { "name": "code", "type": "text", "maxLength": 4, "alphabet": "0123456789" },
///         { "name": "patients", "type": "integer", "maxDigits": 6 },
///         { "name": "cost", "type": "decimal", "maxDigits": 8, "maxPlaces": 2 }
///       ],
///       "maxRows": 100, "count": "patients", "minCount": 10 } },
///     "model.json": { "json": { "type": "object", "properties": { … }, "required": […], "additionalProperties": false } }
///   }
/// }
/// </code>
/// </remarks>
public static class OutputShapeFile
{
    /// <summary>The longest file.</summary>
    public const int SizeBytesMax = 256 * 1024;

    internal const int DepthMax = 48;

    /// <summary>Reads a shape from UTF-8 JSON.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="shape">The shape; null when false.</param>
    /// <param name="error">What is wrong and where; null when true.</param>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out OutputShape? shape, [NotNullWhen(false)] out string? error)
    {
        shape = null;
        error = json.Length > SizeBytesMax ? $"The file is longer than {SizeBytesMax} bytes." : null;
        if (error is not null) return false;
        try
        {
            if (json.StartsWith("\uFEFF"u8)) json = json["\uFEFF"u8.Length..];
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DepthMax };
            using var document = JsonDocument.Parse(json.ToArray(), options);
            shape = Read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is PolicyFileException or JsonException)
        {
            error = wrong.Message;
        }
        return shape is not null;
    }

    /// <summary>Reads a shape from a file.</summary>
    /// <exception cref="ClientException"><c>policy/malformed</c>, <c>file/missing</c>, <c>file/unreadable</c>.</exception>
    public static OutputShape Load(string path) =>
        TryParse(ClientFile.ReadBounded(path, SizeBytesMax), out OutputShape? shape, out string? error) ? shape : throw new ClientException(ClientError.PolicyFile, $"{path}: {error}");

    /// <summary>Reads a shape that stands in a policy.</summary>
    /// <exception cref="PolicyFileException">It is none; the message says why.</exception>
    internal static OutputShape Read(JsonElement element)
    {
        var root = new ShapeObject(element, "shape");
        root.AllowOnly("version", "notes", "files");
        if (root.Whole("version", 1, 1) != 1) throw root.Wrong("version", "1");
        byte[] notes = root.Has("notes") ? Key(root) : [];
        ShapeObject files = root.Object("files");
        List<FileShape> shapes = [.. files.Names.Select(name => File(name, files.Object(name)))];
        if (shapes.Count is 0 or > ShapeLimits.FilesMax) throw root.Wrong("files", $"1 to {ShapeLimits.FilesMax} files");
        return OutputShape.TryCreate(shapes, notes) ?? throw new PolicyFileException($"\"shape\" breaks a bound: at most {ShapeLimits.SizeMax} bytes in its canonical form, {ShapeLimits.TypesMax} types and {ShapeLimits.DepthMax} levels.");
    }

    private static byte[] Key(ShapeObject root)
    {
        string hex = root.Text("notes");
        bool digits = hex.Length is > 0 and <= 2 * ProtocolLimits.HpkeKeySizeMax && hex.Length % 2 == 0 && hex.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;
        byte[] key = digits ? Convert.FromHexString(hex) : [];
        return digits && HpkePublicKey.TryParse(key) is not null ? key : throw root.Wrong("notes", "the hexadecimal digits of an HPKE public key: recipientKey of errand keys show --json");
    }

    private static FileShape File(string name, ShapeObject file)
    {
        if (!ResultFile.IsName(name)) throw new PolicyFileException($"\"{file.Path}\" is no name of a result's file: 1 to 64 letters, digits, dots, hyphens or underscores, not beginning with a dot.");
        file.AllowOnly("csv", "json");
        if (file.Has("csv") == file.Has("json")) throw new PolicyFileException($"\"{file.Path}\" must have either \"csv\" or \"json\".");
        return file.Has("csv") ? CsvShapeFile.Read(name, file.Object("csv")) : new JsonShape(name, JsonSchemaFile.Read(file.Object("json")));
    }
}
