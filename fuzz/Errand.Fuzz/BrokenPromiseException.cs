namespace Errand.Fuzz;

/// <summary>A parser accepted what it cannot give back, or gave two answers for one input.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message)
{
    public static void Unless(bool holds, string promise)
    {
        if (!holds) throw new BrokenPromiseException(promise);
    }
}
