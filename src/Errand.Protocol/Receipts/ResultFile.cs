namespace Errand.Protocol;

/// <summary>One file of a result.</summary>
/// <param name="Name">1…64 letters, digits, dots, hyphens or underscores of ASCII, not beginning with a dot: harmless on every file system.</param>
/// <param name="Content">The bytes.</param>
public sealed record ResultFile(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>The longest name in characters.</summary>
    public const int NameSizeMax = 64;

    private const string NameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

    /// <summary>True for a name as described above.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= NameSizeMax && name[0] != '.' && name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0;
    }
}
