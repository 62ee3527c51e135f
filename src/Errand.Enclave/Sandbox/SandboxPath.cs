using System.Text;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Paths in the sandbox. They only lead downwards.</summary>
internal static class SandboxPath
{
    /// <summary>The longest path a guest may pass, in bytes.</summary>
    private const int PathSizeMax = 4096;

    /// <summary>Reads a path relative to a folder. No names: the folder itself.</summary>
    public static WasiErrno Resolve(ReadOnlySpan<byte> path, out IReadOnlyList<string> names)
    {
        var found = new List<string>();
        names = found;
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
            if (part.Length > FolderIndex.NameSizeMax) return WasiErrno.NameTooLong;
            found.Add(Encoding.UTF8.GetString(part));
        }
        return WasiErrno.Success;
    }
}
