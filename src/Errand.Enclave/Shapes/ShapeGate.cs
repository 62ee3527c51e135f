using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Holds what an app left against owners' shapes, before anything of it is sealed.</summary>
public static class ShapeGate
{
    /// <summary>The first fault of an output under one shape, or null: exactly the named files, each in its shape.</summary>
    public static ShapeFault? Check(OutputShape shape, IReadOnlyList<SandboxFile> files)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(files);
        foreach (SandboxFile file in files)
            if (!shape.Files.Any(named => named.Name == file.Name)) return new ShapeFault(ShapeRule.FileUnknown, file.Name, "");
        foreach (FileShape named in shape.Files)
        {
            if (files.FirstOrDefault(file => file.Name == named.Name) is not { } found) return new ShapeFault(ShapeRule.FileMissing, named.Name, "");
            ShapeFault? fault = named switch
            {
                CsvShape table => CsvCheck.Check(table, found.Content.Span),
                JsonShape json => JsonCheck.Check(json, found.Content.Span),
                _ => throw new InvalidOperationException("Unexpected kind of file shape."),
            };
            if (fault is not null) return fault;
        }
        return null;
    }

    /// <summary>The form in which files leave that keep to a shape: JSON without white space, all else as it is.</summary>
    public static IReadOnlyList<SandboxFile> Normalize(OutputShape shape, IReadOnlyList<SandboxFile> files)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return [.. files.Select(file => shape.Files.Any(named => named is JsonShape && named.Name == file.Name) ? file with { Content = JsonCheck.Compact(file.Content.Span) } : file)];
    }

    /// <summary>What the owner of a shape is told of a fault; of none, that its shape held.</summary>
    public static RefusalNote Note(ShapeFault? fault, IReadOnlyList<SandboxFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (fault is null) return RefusalNote.Held;
        ReadOnlyMemory<byte> content = files.FirstOrDefault(file => file.Name == fault.File)?.Content ?? default;
        return new RefusalNote(fault.Rule, fault.File, fault.Where, content.Length, files.Count, files.Sum(file => (long)file.Content.Length),
            content[..Math.Min(content.Length, RefusalNote.BeginningSizeMax)]);
    }
}
