using Errand.Attestation;
using Errand.Primitives;

namespace Errand.Platform;

/// <summary>
/// The roots of a case: the one in its file, where it has one that no vendor's pin of that class covers, and nothing else; else the vendors'.
/// </summary>
internal static class CaseRoots
{
    internal static TrustedRoots Read(VectorCase vector, params IReadOnlyList<RootClass> classes)
    {
        if (vector.Find("root-certificate") is not { } file) return TrustedRoots.Vendors;
        Bytes32 key = CaseCertificates.Read(file).SpkiDigest;
        return TrustedRoots.Vendors.TryFind(key, out TrustedRoot? pinned) && classes.Contains(pinned.Class)
            ? TrustedRoots.Vendors
            : TrustedRoots.None.Pin(classes[0], "root of the case", key);
    }
}
