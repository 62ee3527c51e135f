using System.Collections.Immutable;
using System.Globalization;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>A folder as it lies on the disk: regular files and folders, and nothing else.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Index">Its files and empty folders.</param>
/// <param name="Written">When each of the index's entries was last written, in its order.</param>
internal sealed record FolderScan(string Root, FolderIndex Index, ImmutableArray<DateTime> Written)
{
    /// <summary>Looks through a folder. No link is followed.</summary>
    /// <exception cref="ClientException"><c>file/folder</c>: it holds something that cannot be sealed; names it. <c>file/unreadable</c>.</exception>
    public static FolderScan Of(string root)
    {
        var found = new Dictionary<string, (long? Size, DateTime Written)>(StringComparer.Ordinal);
        try
        {
            Walk(new DirectoryInfo(root), "", 1, found);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{root} cannot be read: {fault.Message}", fault);
        }
        if (found.Count == 0) throw Refused($"{root} has nothing in it");
        FolderIndex index = FolderIndex.TryMake(found.Select(file => (file.Key, file.Value.Size)))
            ?? throw Refused(string.Create(CultureInfo.InvariantCulture, $"{root} holds more than {1L << 48} bytes"));
        try
        {
            _ = index.Encode();
        }
        catch (InvalidOperationException fault)
        {
            throw new ClientException(ClientError.Folder, $"The names in {root} take too long an index.", fault);
        }
        return new FolderScan(root, index, [.. index.Entries.Select(entry => found[entry.Path].Written)]);
    }

    private static void Walk(DirectoryInfo folder, string above, int depth, Dictionary<string, (long?, DateTime)> found)
    {
        foreach (FileSystemInfo item in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            string path = above + item.Name;
            if (!FolderIndex.IsName(item.Name) || item.Name.Contains('\uFFFD', StringComparison.Ordinal)) throw Refused($"{item.FullName} has a name of more than {FolderIndex.NameSizeMax} bytes, or one with other characters than an app could be given");
            if (depth > FolderIndex.DepthMax) throw Refused($"{item.FullName} lies deeper than {FolderIndex.DepthMax} names");
            if (item.Attributes.HasFlag(FileAttributes.ReparsePoint) || item.LinkTarget is not null) throw Refused($"{item.FullName} is a link");
            if (item is DirectoryInfo below)
            {
                int before = found.Count;
                Walk(below, path + "/", depth + 1, found);
                if (found.Count == before) Add(found, path, null, item);
            }
            else if (item is FileInfo file && UnixFile.IsRegular(file.FullName)) Add(found, path, file.Length, file);
            else throw Refused($"{item.FullName} is no file");
        }
    }

    private static void Add(Dictionary<string, (long?, DateTime)> found, string path, long? size, FileSystemInfo item)
    {
        if (found.Count == FolderIndex.CountMax) throw Refused(string.Create(CultureInfo.InvariantCulture, $"There are more than {FolderIndex.CountMax} files at {item.FullName}"));
        found.Add(path, (size, item.LastWriteTimeUtc));
    }

    private static ClientException Refused(string what) => new(ClientError.Folder, what + ".");
}
