using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>The files that make up the enclave when it runs as a process, and their measurement.</summary>
/// <remarks>
/// The files are those that the program's own dependency list names for this machine: assemblies and native libraries. The shared
/// .NET runtime is not among them, and nothing stops the host from changing a file after it was measured: this stands in for
/// a TEE's measurement on development networks, where the host is trusted anyway.
/// </remarks>
public static class EnclaveImage
{
    /// <summary>Length of a measurement: SHA-384, as SEV-SNP and TDX have it.</summary>
    public const int MeasurementSize = 48;

    /// <summary>The program's name without an extension.</summary>
    internal const string ProgramName = "Errand.Enclave";

    private const string SubFolder = "enclave";

    /// <summary>Finds the program: in the folder <c>enclave</c> beside the running host, or among the host's own files.</summary>
    /// <exception cref="FileNotFoundException">It is in neither.</exception>
    public static string FindFolder()
    {
        string[] candidates = [Path.Combine(AppContext.BaseDirectory, SubFolder), AppContext.BaseDirectory];
        return Array.Find(candidates, folder => File.Exists(Path.Combine(folder, ProgramName + ".dll")))
            ?? throw new FileNotFoundException($"{ProgramName}.dll is neither in {candidates[0]} nor in {candidates[1]}.");
    }

    /// <summary>SHA-384 over [path, SHA-384 of the content] of each file, in ordinal order of path.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static byte[] Measure(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA384);
        foreach (string path in Files(folder))
        {
            using FileStream file = File.OpenRead(Path.Combine(folder, path));
            hash.AppendData(new CanonicalWriter().Array(2).Text(path).Bytes(SHA384.HashData(file)).Span);
        }
        return hash.GetHashAndReset();
    }

    /// <summary>Paths relative to the folder, with forward slashes, in ordinal order.</summary>
    /// <exception cref="InvalidDataException">The dependency list is not one, or a file that it names is missing.</exception>
    internal static IReadOnlyCollection<string> Files(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var files = new SortedSet<string>(StringComparer.Ordinal) { ProgramName + ".deps.json", ProgramName + ".runtimeconfig.json" };
        using FileStream list = File.OpenRead(Path.Combine(folder, ProgramName + ".deps.json"));
        using JsonDocument document = JsonDocument.Parse(list);
        string target = document.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
        foreach (JsonProperty library in document.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject())
        {
            AddFlat(files, library.Value, "runtime");
            AddFlat(files, library.Value, "native");
            AddNative(files, library.Value);
        }
        if (files.FirstOrDefault(path => !File.Exists(Path.Combine(folder, path))) is { } missing) throw new InvalidDataException($"{missing} is missing in {folder}.");
        return files;
    }

    // Assets of a package's own folders end up beside the program.
    private static void AddFlat(SortedSet<string> files, JsonElement library, string kind)
    {
        if (!library.TryGetProperty(kind, out JsonElement assets)) return;
        foreach (JsonProperty asset in assets.EnumerateObject()) files.Add(Path.GetFileName(asset.Name));
    }

    // Assets for many machines keep their paths; only this machine's are loaded.
    private static void AddNative(SortedSet<string> files, JsonElement library)
    {
        if (!library.TryGetProperty("runtimeTargets", out JsonElement assets)) return;
        foreach (JsonProperty asset in assets.EnumerateObject())
            if (asset.Value.GetProperty("rid").GetString() == RuntimeInformation.RuntimeIdentifier) files.Add(asset.Name);
    }
}
