using System.Text;

namespace Errand.Node.Tests;

/// <summary>Looks for secrets in files and texts: as bytes, as hexadecimal, and as Base64 at any alignment.</summary>
internal sealed class SecretSearch
{
    private readonly List<(string Name, string Form, byte[] Bytes)> _needles = [];

    public int Count => _needles.Count;

    public void Add(string name, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < 16) throw new ArgumentException("Too short to be found by nothing but itself.", nameof(secret));
        _needles.Add((name, "bytes", secret.ToArray()));
        _needles.Add((name, "hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret))));
        _needles.Add((name, "HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(secret))));
        // Whole groups of three bytes from each alignment encode the same wherever they stand.
        for (int skip = 0; skip < 3; skip++)
            _needles.Add((name, "base64", Encoding.ASCII.GetBytes(Convert.ToBase64String(secret[skip..][..((secret.Length - skip) / 3 * 3)]))));
    }

    /// <summary>Several long parts of a long secret.</summary>
    public void AddParts(string name, ReadOnlySpan<byte> secret, int count, int size)
    {
        for (int i = 0; i < count; i++) Add($"{name} part {i}", secret.Slice((int)((long)(secret.Length - size) * i / Math.Max(1, count - 1)), size));
    }

    /// <summary>What is found where.</summary>
    public IEnumerable<string> In(string place, byte[] content)
    {
        foreach ((string name, string form, byte[] bytes) in _needles)
            if (content.AsSpan().IndexOf(bytes) >= 0) yield return $"{name} as {form} in {place}";
    }

    /// <summary>Searches all files below a folder, those in use as well.</summary>
    public IEnumerable<string> InFolder(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            // A lock file is empty, and held so that nobody opens it.
            if (new FileInfo(file).Length == 0) continue;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            foreach (string found in In(file, content.ToArray())) yield return found;
        }
    }
}
