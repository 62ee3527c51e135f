using System.Buffers;
using System.Text;

namespace Errand.Enclave;

/// <summary>Names of files in the sandbox. Folders are flat, so a path is a name and nothing can lead out of one.</summary>
public static class SandboxPath
{
    /// <summary>The longest name in characters.</summary>
    public const int NameSizeMax = 64;

    /// <summary>The longest path a guest may pass, in bytes.</summary>
    internal const int PathSizeMax = 4096;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>1…64 letters, digits, dots, hyphens or underscores of ASCII, not beginning with a dot: harmless on every file system.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= NameSizeMax && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(NameCharacters);
    }

    /// <summary>Reads a path relative to a folder. An empty name is the folder itself.</summary>
    internal static WasiErrno Resolve(ReadOnlySpan<byte> path, out string name)
    {
        name = "";
        if (path.Length > PathSizeMax) return WasiErrno.NameTooLong;
        if (path.IsEmpty) return WasiErrno.NoEntry;
        if (path.Contains((byte)0)) return WasiErrno.Invalid;
        if (path[0] == (byte)'/') return WasiErrno.NotCapable;
        if (!System.Text.Unicode.Utf8.IsValid(path)) return WasiErrno.IllegalSequence;

        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = path[range];
            if (part.IsEmpty || part.SequenceEqual("."u8)) continue;
            // Also a/.. is refused: no honest app needs it, and no rule then depends on what a is.
            if (part.SequenceEqual(".."u8)) return WasiErrno.NotCapable;
            if (name.Length > 0) return WasiErrno.NoEntry;
            if (part.Length > NameSizeMax) return WasiErrno.NameTooLong;
            name = Encoding.UTF8.GetString(part);
        }
        return WasiErrno.Success;
    }
}
