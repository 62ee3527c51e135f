using System.Collections.Immutable;
using System.Globalization;
using Errand.Attestation;

namespace Errand.Client;

/// <summary>Holds revocation lists of today against evidence that was appraised in its time.</summary>
/// <remarks>
/// A receipt does not become wrong by what a vendor learns later: the appraisal stands as it was. But whoever relies on it should know, so
/// what is found is a flag and a sentence (T-108).
/// </remarks>
internal static class LaterRevocations
{
    /// <summary>The report with what the lists say of the certificates.</summary>
    internal static AuditReport Apply(AuditReport report, IReadOnlyList<CertificateRevocationList> lists, IReadOnlyList<ReadOnlyMemory<byte>> certificates)
    {
        var notShown = new List<string>();
        bool isRevoked = false;
        foreach (CertificateRevocationList list in lists)
        {
            if (RevokedCertificate.Find(certificates, list) is not { } found)
            {
                notShown.Add($"What the revocation list of {Day(list.ThisUpdate)} says: it is signed by none of this evidence's certificates.");
                continue;
            }
            isRevoked |= found.Count > 0;
            notShown.AddRange(found.Select(revoked =>
                $"That the device may still be trusted: {revoked.Subject}, serial {revoked.SerialNumber}, is revoked since {Day(revoked.Since)}, says the list of {Day(list.ThisUpdate)}; the evidence was appraised on {Day(DateTimeOffset.FromUnixTimeMilliseconds(report.AppraisedMilliseconds))}."));
        }
        return report with
        {
            Flags = isRevoked ? report.Flags.Add(AuditFlag.RevokedSince) : report.Flags,
            NotShown = [.. notShown, .. report.NotShown],
        };
    }

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
