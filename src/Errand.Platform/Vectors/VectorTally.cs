namespace Errand.Platform;

/// <summary>Counts the tests in one file of algorithm vectors.</summary>
internal sealed class VectorTally
{
    private readonly List<string> _differing = [];

    /// <summary>Tests whose result was compared.</summary>
    internal int Run { get; private set; }

    /// <summary>Tests about what nothing here does, such as nonces of lengths that are never made.</summary>
    internal int Skipped { get; private set; }

    /// <summary>Those that came out otherwise.</summary>
    internal IReadOnlyList<string> Differing => _differing;

    internal void Skip() => Skipped++;

    internal void Count(bool asExpected, string name)
    {
        Run++;
        if (!asExpected) _differing.Add(name);
    }
}
