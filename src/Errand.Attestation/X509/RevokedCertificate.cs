namespace Errand.Attestation;

/// <summary>A certificate of some evidence that a revocation list names.</summary>
/// <param name="Subject">Its subject, for people.</param>
/// <param name="SerialNumber">Its serial number as hex.</param>
/// <param name="Since">Since when it is revoked, by the list's word.</param>
public sealed record RevokedCertificate(string Subject, string SerialNumber, DateTimeOffset Since)
{
    /// <summary>Looks for certificates of some evidence in a list fetched later, for example by an auditor. It is no appraisal: time is not looked at.</summary>
    /// <param name="certificates">All certificates that came with the evidence; other bytes among them are left out.</param>
    /// <param name="list">The list.</param>
    /// <returns>Those that the list revokes; null when it is signed by none of the certificates, so that it says nothing of them.</returns>
    public static IReadOnlyList<RevokedCertificate>? Find(IEnumerable<ReadOnlyMemory<byte>> certificates, CertificateRevocationList list)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(list);
        Certificate[] all = [.. certificates.Select(Certificate.TryParse).OfType<Certificate>().DistinctBy(certificate => certificate.Digest)];
        if (!all.Any(issuer => RevocationCheck.MaySign(issuer) && list.IsIssuedBy(issuer))) return null;
        return
        [
            .. from certificate in all
               where certificate.Fields.Issuer.Span.SequenceEqual(list.Issuer.Span)
               let since = list.FindRevocation(certificate)
               where since is not null
               select new RevokedCertificate(certificate.Subject, Convert.ToHexStringLower(certificate.SerialNumber.Span), since.Value),
        ];
    }
}
