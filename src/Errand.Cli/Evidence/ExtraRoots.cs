using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary>Roots that the user pins beside the vendors' for one command. Said aloud: evidence under them is worth what their giver is.</summary>
internal static class ExtraRoots
{
    private const int CertificatesMax = 32;

    /// <summary>Vendors' roots and the last certificate of each file, for the kind of evidence at hand; what was pinned is told in <paramref name="notes"/>.</summary>
    public static TrustedRoots Pin(CommandContext context, IEnumerable<string> files, EvidenceKind kind, List<string> notes)
    {
        TrustedRoots roots = TrustedRoots.Vendors;
        foreach (string file in files)
        {
            byte[] bytes = EvidenceFiles.ReadBytes(context, file, EvidenceFile.SizeMax);
            ReadOnlyMemory<byte> der = PemCertificates.TryRead(bytes, CertificatesMax) is { } list ? list[^1] : bytes;
            if (Certificate.TryParse(der) is not { } certificate) throw new EvidenceException(new EvidenceFault("evidence/root", $"{file} is no certificate.", "Name the root's certificate, in DER or PEM."));
            if (roots.TryFind(certificate.SpkiDigest, out TrustedRoot? known))
            {
                notes.Add($"The root in {file} is pinned already: {known.Name}.");
                continue;
            }
            RootClass rootClass = ClassOf(kind, certificate) ?? throw new EvidenceException(new EvidenceFault("evidence/root", $"{file} names no product line of AMD, so it is no root for {kind.Title()}.", "Name a root whose common name is ARK-Milan, ARK-Genoa or ARK-Turin."));
            bool development = certificate.Subject.Contains(DevelopmentMark.Organization, StringComparison.Ordinal);
            roots = development ? roots.DangerousPinDevelopmentRoot(rootClass, file, certificate.SpkiDigest) : roots.Pin(rootClass, file, certificate.SpkiDigest);
            notes.Add($"A root that no vendor published is trusted here, from {file} (key {certificate.SpkiDigest}): the result is worth what its holder is.{(development ? " It is a development root, under which anyone can make evidence." : "")}");
        }
        return roots;
    }

    private static RootClass? ClassOf(EvidenceKind kind, Certificate certificate) => kind switch
    {
        EvidenceKind.Tdx or EvidenceKind.Sgx => RootClass.IntelSgx,
        EvidenceKind.Nitro => RootClass.AwsNitro,
        EvidenceKind.TpmQuote or EvidenceKind.EkCertificate or EvidenceKind.EventLog => RootClass.TpmHardware,
        EvidenceKind.AzureVtpm when !certificate.Subject.Contains("CN=ARK-", StringComparison.Ordinal) => RootClass.IntelSgx,
        EvidenceKind.SevSnp or EvidenceKind.AzureVtpm => Enum.GetValues<SnpProductLine>().Where(line => certificate.Subject.Contains($"CN=ARK-{line}", StringComparison.Ordinal)).Select(line => (RootClass?)line.ToRootClass()).FirstOrDefault(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
