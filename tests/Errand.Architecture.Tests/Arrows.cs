namespace Errand.Architecture.Tests;

/// <summary>Which project may refer to which: inward only, and to a neighbour only where it says so.</summary>
internal static class Arrows
{
    // From the inside outwards. Protocol and Attestation stand beside each other and know nothing of each other.
    private static readonly string[][] Rings =
    [
        ["Errand.Primitives"],
        ["Errand.Cryptography"],
        ["Errand.Protocol", "Errand.Attestation"],
        ["Errand.Tpm"],
        ["Errand.Ledger", "Errand.Platform", "Errand.Enclave", "Errand.Client", "Errand.Simulation"],
        ["Errand.Node"],
        ["Errand.Cli", "Errand.Dashboard"],
    ];

    // The client library follows a ledger.
    private static readonly HashSet<(string From, string To)> Sideways = [("Errand.Client", "Errand.Ledger")];

    /// <summary>Projects that take bytes and values and return values.</summary>
    public static IReadOnlyList<string> Pure { get; } = ["Errand.Primitives", "Errand.Cryptography", "Errand.Protocol", "Errand.Attestation"];

    public static bool IsPlaced(string project) => RingOf(project) >= 0;

    public static bool IsAllowed(string from, string to) => RingOf(to) >= 0 && (RingOf(to) < RingOf(from) || Sideways.Contains((from, to)));

    private static int RingOf(string project) => Array.FindIndex(Rings, ring => ring.Contains(project));
}
