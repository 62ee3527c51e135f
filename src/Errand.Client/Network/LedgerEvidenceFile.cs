using System.Security.Cryptography;
using Errand.Ledger;

namespace Errand.Client;

/// <summary>Keeps proofs that a ledger lied, one file each, under a name that follows from the content.</summary>
public static class LedgerEvidenceFile
{
    /// <summary>Writes a proof durably into a folder, unless it is there already, and gives its path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static string Keep(string folder, LedgerEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        byte[] file = evidence.Encode();
        string kind = evidence.Kind == LedgerEvidenceKind.Fork ? "fork" : "broken-promise";
        string path = Path.Combine(folder, $"ledger-{kind}-{Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, 8))}.evidence");
        if (!File.Exists(path)) DurableFile.Write(path, file, replace: true);
        return path;
    }
}
