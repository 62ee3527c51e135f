using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Errand.Architecture.Tests;

/// <summary>References of a built assembly, read from its metadata without loading it.</summary>
internal static class AssemblyFile
{
    /// <summary>Names of the assemblies it refers to.</summary>
    public static IReadOnlyList<string> AssemblyReferences(string assembly) =>
        Read(assembly, reader => reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)));

    /// <summary>Full names of the types it refers to in other assemblies.</summary>
    public static IReadOnlyList<string> TypeReferences(string assembly) =>
        Read(assembly, reader => reader.TypeReferences.Select(handle => reader.GetTypeReference(handle))
            .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}"));

    private static string[] Read(string assembly, Func<MetadataReader, IEnumerable<string>> read)
    {
        // The build copies every project that the CLI stands on beside these tests.
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using var image = new PEReader(file);
        return [.. read(image.GetMetadataReader())];
    }
}
