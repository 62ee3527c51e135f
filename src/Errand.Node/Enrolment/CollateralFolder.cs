using Errand.Attestation;

namespace Errand.Node;

/// <summary>Files of collateral in one folder: certificates, revocation lists, TCB info, identities, whatever their names. Others are passed over.</summary>
public static class CollateralFolder
{
    /// <summary>How many files it may have.</summary>
    public const int CountMax = 256;

    /// <summary>Reads what is there now; files longer than <see cref="EvidenceFile.SizeMax"/> are none of it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="shown">What the folder is called in the files' names; null for as it is.</param>
    /// <exception cref="IOException">The folder is not there or cannot be read, or has more than <see cref="CountMax"/> files.</exception>
    public static Collateral Read(string folder, string? shown = null)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(CountMax + 1)];
        if (files.Length > CountMax) throw new IOException($"{folder} has more than {CountMax} files.");
        return Collateral.From(files.Where(file => new FileInfo(file).Length <= EvidenceFile.SizeMax).Select(file => new EvidenceFile(Path.Combine(shown ?? folder, Path.GetFileName(file)), File.ReadAllBytes(file))));
    }
}
