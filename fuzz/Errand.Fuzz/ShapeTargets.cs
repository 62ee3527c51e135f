using System.Text;
using Errand.Client;
using Errand.Enclave;
using Errand.Protocol;

namespace Errand.Fuzz;

/// <summary>Shapes as people and the ledger give them, and outputs of apps that try to get by.</summary>
internal static class ShapeTargets
{
    private const string Source = """
        { "version": 1, "files": {
          "t.csv": { "csv": { "columns": [
            { "name": "site", "type": "choice", "values": ["north", "south"] }, { "name": "code", "type": "text", "maxLength": 3, "alphabet": "01A" },
            { "name": "n", "type": "integer", "maxDigits": 4 }, { "name": "cost", "type": "decimal", "maxDigits": 5, "maxPlaces": 2 } ], "maxRows": 3, "count": "n", "minCount": 10 } },
          "m.json": { "json": { "type": "object", "additionalProperties": false, "required": ["n"], "properties": {
            "n": { "type": "integer", "minimum": 0, "maximum": 9 }, "x": { "type": "number" }, "s": { "type": "string", "maxLength": 2 },
            "a": { "type": "array", "maxItems": 2, "items": { "type": "boolean" } }, "e": { "type": "string", "enum": ["a", "b"] } } } } } }
        """;

    public static IEnumerable<FuzzTarget> All()
    {
        byte[] source = Encoding.UTF8.GetBytes(Source);
        if (!OutputShapeFile.TryParse(source, out OutputShape? shape, out string? error)) throw new InvalidOperationException(error);
        var table = OutputShape.TryCreate([shape.Files.Single(file => file is CsvShape)], default)!;
        var json = OutputShape.TryCreate([shape.Files.Single(file => file is JsonShape)], default)!;
        yield return new FuzzTarget("shape-file", [new FuzzInput(source, 0)], File);
        yield return new FuzzTarget("shape", [new FuzzInput(shape.Encoded.ToArray(), 0)], Decode);
        yield return new FuzzTarget("shape-csv", [new FuzzInput("site,code,n,cost\nnorth,01,10,1.5\nsouth,,9999,-2\n"u8.ToArray(), 0)], input => Check(table, input));
        yield return new FuzzTarget("shape-json", [new FuzzInput("{\"n\":1, \"x\":-0.5,\"s\":\"ab\",\"a\":[true,false],\"e\":\"a\"}"u8.ToArray(), 0)], input => Check(json, input));
    }

    private static void File(FuzzInput input)
    {
        bool read = OutputShapeFile.TryParse(input.Bytes, out OutputShape? shape, out string? error);
        BrokenPromiseException.Unless(read == shape is not null && read == error is null, "a shape or an error, and not both");
        if (shape is not null) BrokenPromiseException.Unless(shape.Equals(OutputShape.TryDecode(shape.Encoded.Span)), "a shape does not read back");
    }

    private static void Decode(FuzzInput input)
    {
        if (OutputShape.TryDecode(input.Bytes) is not { } shape) return;
        BrokenPromiseException.Unless(OutputShape.TryCreate(shape.Files, shape.NoteKey)!.Encoded.Span.SequenceEqual(input.Bytes), "a shape has two forms");
    }

    private static void Check(OutputShape shape, FuzzInput input)
    {
        SandboxFile[] files = [new(shape.Files[0].Name, input.Bytes)];
        ShapeFault? fault = ShapeGate.Check(shape, files);
        BrokenPromiseException.Unless(RefusalNote.TryDecode(ShapeGate.Note(fault, files).EncodePadded()) is not null, "a note does not read back");
        if (fault is null) BrokenPromiseException.Unless(ShapeGate.Check(shape, ShapeGate.Normalize(shape, files)) is null, "what leaves does not keep to the shape");
    }
}
