using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>The root keys that evidence may end at. Immutable; an argument of every verification, never ambient.</summary>
public sealed class TrustedRoots
{
    private readonly Dictionary<Bytes32, TrustedRoot> _roots;

    private TrustedRoots(IEnumerable<TrustedRoot> roots) => _roots = roots.ToDictionary(root => root.SpkiDigest);

    /// <summary>No roots: everything is refused.</summary>
    public static TrustedRoots None { get; } = new([]);

    /// <summary>The vendors' roots known to this version.</summary>
    public static TrustedRoots Vendors { get; } = new(VendorRoots.All);

    /// <summary>Every pinned root, in order of digest.</summary>
    public IReadOnlyList<TrustedRoot> All => [.. _roots.Values.OrderBy(root => root.SpkiDigest)];

    /// <summary>True when a development root is among them.</summary>
    public bool IncludesDevelopment => _roots.Values.Any(root => root.IsDevelopment);

    /// <summary>These roots and one more vendor root.</summary>
    /// <exception cref="ArgumentException">The key is pinned already.</exception>
    public TrustedRoots Pin(RootClass rootClass, string name, Bytes32 spkiDigest) =>
        With(new TrustedRoot(rootClass, name, spkiDigest, IsDevelopment: false));

    /// <summary>
    /// These roots and a development root. Evidence under it protects nothing: whoever holds the development vendor's seed can
    /// make any. Only for networks whose genesis is marked <c>development</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The key is pinned already.</exception>
    public TrustedRoots DangerousPinDevelopmentRoot(RootClass rootClass, string name, Bytes32 spkiDigest) =>
        With(new TrustedRoot(rootClass, name, spkiDigest, IsDevelopment: true));

    /// <summary>Finds a root by the SHA-256 of its SubjectPublicKeyInfo.</summary>
    public bool TryFind(Bytes32 spkiDigest, [NotNullWhen(true)] out TrustedRoot? root) => _roots.TryGetValue(spkiDigest, out root);

    private TrustedRoots With(TrustedRoot root) => _roots.ContainsKey(root.SpkiDigest)
        ? throw new ArgumentException($"The root key {root.SpkiDigest.ToShortString()} is pinned already.", nameof(root))
        : new TrustedRoots([.. _roots.Values, root]);
}
