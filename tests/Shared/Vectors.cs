using System.Runtime.CompilerServices;

namespace Errand.Tests;

/// <summary>Where the published test vectors lie: ERRAND_VECTORS, or ../shared/vectors beside the checkout.</summary>
internal static class Vectors
{
    /// <summary>The folder of one kind; skips the running test, aloud, where it is missing.</summary>
    public static string Folder(string kind)
    {
        string folder = Path.Combine(Root, kind);
        Assert.SkipUnless(Directory.Exists(folder), $"Test vectors not found: {folder}. Set ERRAND_VECTORS to the vectors folder.");
        return folder;
    }

    /// <summary>The checkout's top folder.</summary>
    public static string Repository() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    private static string Here([CallerFilePath] string here = "") => here;

    private static string Root => Environment.GetEnvironmentVariable("ERRAND_VECTORS") is { Length: > 0 } set
        ? set
        : Path.Combine(Repository(), "..", "shared", "vectors");
}
