using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Errand.Tests;

namespace Errand.Attestation.Tests;

/// <summary>Files of the published vectors, by role.</summary>
internal static class Corpus
{
    public static byte[] File(string kind, string name, string file) => System.IO.File.ReadAllBytes(Path.Combine(Vectors.Folder(kind), name, file));

    /// <summary>Every file of a role in a kind's cases.</summary>
    public static IReadOnlyList<byte[]> Role(string kind, params string[] roles)
    {
        List<byte[]> files = [];
        foreach (string folder in Directory.GetDirectories(Vectors.Folder(kind)).Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(folder, "case.json")));
            foreach (JsonElement file in document.RootElement.GetProperty("files").EnumerateArray())
                if (roles.Contains(file.GetProperty("role").GetString())) files.Add(System.IO.File.ReadAllBytes(Path.Combine(folder, file.GetProperty("name").GetString()!)));
        }
        Assert.NotEmpty(files);
        return files;
    }

    public static IReadOnlyList<ReadOnlyMemory<byte>> Pem(byte[] text)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        ReadOnlySpan<char> rest = Encoding.ASCII.GetString(text);
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            certificates.Add(Convert.FromBase64String(new string(rest[fields.Base64Data])));
            rest = rest[fields.Location.End..];
        }
        return certificates;
    }

    /// <summary>Report and chain of an SEV-SNP case.</summary>
    public static TeeEvidence Snp(string name, string leaf = "vcek.der") =>
        new(TeeKind.SevSnp, File("sev-snp", name, "report.bin"), [File("sev-snp", name, leaf), .. Pem(File("sev-snp", name, "cert-chain.pem"))]);
}
