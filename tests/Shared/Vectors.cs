namespace Errand.Tests;

/// <summary>Where the published test vectors lie: ERRAND_VECTORS, or ../shared/vectors beside the checkout.</summary>
internal static class Vectors
{
    private static readonly Lazy<string> Top = new(FindTop);

    /// <summary>The folder of one kind; skips the running test, aloud, where it is missing.</summary>
    public static string Folder(string kind)
    {
        string folder = Path.Combine(Root, kind);
        Assert.SkipUnless(Directory.Exists(folder), $"Test vectors not found: {folder}. Set ERRAND_VECTORS to the vectors folder.");
        return folder;
    }

    /// <summary>The checkout's top folder. Found from where the tests run: a deterministic build knows no paths of sources.</summary>
    public static string Repository() => Top.Value;

    private static string Root => Environment.GetEnvironmentVariable("ERRAND_VECTORS") is { Length: > 0 } set
        ? set
        : Path.GetFullPath(Path.Combine(Repository(), "..", "shared", "vectors"));

    private static string FindTop()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Errand.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No checkout above {AppContext.BaseDirectory}: the tests run from its artifacts folder.");
    }
}
