namespace Errand.Attestation;

/// <summary>The checks that every certificate chain goes through, whatever it certifies.</summary>
internal static class RootCheck
{
    /// <summary>
    /// Chain, validity and pinned root; gives the root when all three hold. <paramref name="unknownRoot"/> is the reason for a key that is not
    /// pinned. With <paramref name="known"/>, issuers that it remembers are not checked again, and those of a chain that holds are added;
    /// <paramref name="isSignedBy"/> is another memory of signatures, for callers that keep their own.
    /// </summary>
    internal static TrustedRoot? Run(
        CheckList checks, IReadOnlyList<Certificate> chain, TrustedRoots roots, IReadOnlyCollection<RootClass> classes, DateTimeOffset now, AttestationReason unknownRoot,
        Func<Certificate, Certificate, bool>? isSignedBy = null, VerifiedIssuers? known = null)
    {
        TrustedRoot? root = null;
        bool pinned = chain.Count > 0 && roots.TryFind(chain[^1].SpkiDigest, out root);
        string? fault = CertificateChain.FindFault(chain, known is null ? isSignedBy : known.IsSignedBy, lastIsPinned: root is { CrossCertificate: { } anchor } && anchor == chain[^1].Digest);
        checks.Require(fault is null, "certificate-chain", AttestationReason.CertificateChain, "each certificate is signed by the next", fault ?? "holds",
            "The certificates do not belong together. Fetch the chain again from the vendor for this very chip and firmware.");

        Certificate? expired = CertificateChain.FindExpired(chain, now);
        checks.Require(expired is null, "certificate-validity", AttestationReason.CertificateExpired, $"valid at {now:u}",
            expired is null ? "valid" : $"{expired.NotBefore:u} to {expired.NotAfter:u}",
            "A certificate is not valid at the time of appraisal. Fetch a current one, or check the time.");

        if (chain.Count == 0) return null;
        foreach (Certificate certificate in chain) checks.EndsAt("certificate-validity", $"certificate of {DistinguishedName.Find(certificate.Fields.Subject, Oids.CommonName) ?? "an unnamed subject"}", certificate.NotAfter);
        AttestationReason reason = pinned ? AttestationReason.RootClass
            : CertificateChain.IsMarkedDevelopment(chain[^1]) ? AttestationReason.DevelopmentRoot
            : unknownRoot;
        bool trusted = pinned && classes.Contains(root!.Class);
        checks.Require(trusted, "root", reason, $"a pinned root of class {string.Join(" or ", classes)}",
            pinned ? $"{root!.Name} ({root.Class})" : $"key {chain[^1].SpkiDigest.ToShortString()}", Remedy(reason));
        if (!trusted || fault is not null || expired is not null) return null;
        known?.Add(chain);
        return root;
    }

    private static string Remedy(AttestationReason reason) => reason switch
    {
        AttestationReason.DevelopmentRoot => "This is development evidence, which anyone can make. Use a real device, or a network marked development.",
        AttestationReason.RootClass => "The evidence comes from a device of a class that this network does not take.",
        _ => "Nobody vouches for this device here. Check that it is genuine; the network's governance can pin its vendor's root.",
    };
}
