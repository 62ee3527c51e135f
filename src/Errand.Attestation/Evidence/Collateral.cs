namespace Errand.Attestation;

/// <summary>What was fetched from vendors beside the evidence: certificates, revocation lists, TCB info and identities. Immutable.</summary>
public sealed class Collateral
{
    private Collateral(IReadOnlyList<SortedFile> files, IReadOnlyList<string> ignored)
    {
        Files = files;
        Ignored = ignored;
    }

    /// <summary>Nothing.</summary>
    public static Collateral None { get; } = new([], []);

    /// <summary>The files that are collateral, with their roles.</summary>
    public IReadOnlyList<SortedFile> Files { get; }

    /// <summary>Names of files that are not collateral: they are not looked at further.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>Sorts files. What is not collateral is put aside and named: folders hold other things too.</summary>
    public static Collateral From(IEnumerable<EvidenceFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        List<SortedFile> sorted = [];
        List<string> ignored = [];
        foreach (EvidenceFile file in files)
        {
            IReadOnlyList<EvidenceRole> roles = file.Role is { } given ? [given] : RoleRecogniser.Recognise(file.Bytes);
            if (roles is [EvidenceRole.Certificates or EvidenceRole.RevocationList or EvidenceRole.TcbInfo or EvidenceRole.QeIdentity]) sorted.Add(new SortedFile(file.Name, roles[0], file.Bytes));
            else ignored.Add(file.Name);
        }
        return new Collateral(sorted, ignored);
    }
}
