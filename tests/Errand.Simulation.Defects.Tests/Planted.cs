namespace Errand.Simulation;

/// <summary>The switch of planted defects: at most one at a time, on this thread.</summary>
internal static class Planted
{
    [ThreadStatic]
    private static string? _current;

    public static bool Is(string id) => _current == id;

    public static void Choose(string? id) => _current = id;
}
