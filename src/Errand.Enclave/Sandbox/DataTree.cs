using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>A folder of /data, with all below it. Made once, before the app starts.</summary>
internal sealed class DataTree
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<FolderItem> _items = [];
    private readonly List<Func<SeekableHandle>?> _files = [];
    private readonly List<DataTree?> _folders = [];

    /// <summary>What is in it, in the order in which it was added.</summary>
    public IReadOnlyList<FolderItem> Items => _items;

    /// <summary>The tree of all inputs.</summary>
    /// <exception cref="ArgumentException">A name is none, or occurs twice.</exception>
    public static DataTree Of(SandboxInputs inputs, DataTape? tape)
    {
        var roots = new SortedDictionary<string, Action<DataTree>>(StringComparer.Ordinal);
        void Root(string name, Action<DataTree> add)
        {
            if (!ResultFile.IsName(name)) throw new ArgumentException($"Not a file name: {name}.", nameof(inputs));
            roots.Add(name, add);
        }
        foreach (SandboxFile file in inputs.Files) Root(file.Name, tree => tree.Add(file.Name, file.Content.Length, () => new DataHandle(file.Content)));
        foreach (SandboxFolder folder in inputs.Folders) Root(folder.Name, tree => tree.Add(folder));
        for (int i = 0; i < tape?.Files.Count; i++)
        {
            int number = i;
            TapeFile file = tape.Files[number];
            Root(file.Name, file.Folder is null
                ? tree => tree.Add(file.Name, file.SizeBytes, () => new TapeHandle(tape, number, 0, file.SizeBytes))
                : tree => tree.Add(file.Name, file.Folder, entry => () => new TapeHandle(tape, number, file.SizeBytes - file.Folder.ContentBytes + entry.Offset, entry.SizeBytes!.Value)));
        }
        var data = new DataTree();
        foreach (Action<DataTree> add in roots.Values) add(data);
        return data;
    }

    /// <summary>What is there by a name; null when nothing is.</summary>
    public FolderItem? Find(string name) => _places.TryGetValue(name, out int place) ? _items[place] : null;

    /// <summary>The folder of a name; null when there is none.</summary>
    public DataTree? Enter(string name) => _places.TryGetValue(name, out int place) ? _folders[place] : null;

    /// <summary>Opens the file of a name; null when there is none.</summary>
    public SeekableHandle? Open(string name) => _places.TryGetValue(name, out int place) ? _files[place]?.Invoke() : null;

    private void Add(SandboxFolder folder)
    {
        if (folder.Content.Length != folder.Index.ContentBytes) throw new ArgumentException($"The folder {folder.Name} has other contents than its index says.", nameof(folder));
        Add(folder.Name, folder.Index, entry => () => new DataHandle(folder.Content.Slice((int)entry.Offset, (int)entry.SizeBytes!.Value)));
    }

    // Entries rise by their names' bytes, so whatever lies in one folder comes in one run, and folders are met in order.
    private void Add(string name, FolderIndex index, Func<FolderEntry, Func<SeekableHandle>> open)
    {
        DataTree root = AddFolder(name);
        foreach (FolderEntry entry in index.Entries)
        {
            string[] names = entry.Path.Split('/');
            DataTree folder = root;
            foreach (string above in names[..^1]) folder = folder.Enter(above) ?? folder.AddFolder(above);
            if (entry.SizeBytes is { } size) folder.Add(names[^1], size, open(entry));
            else folder.AddFolder(names[^1]);
        }
    }

    private DataTree AddFolder(string name)
    {
        var folder = new DataTree();
        Add(new FolderItem(name, FileType.Directory, 0), null, folder);
        return folder;
    }

    private void Add(string name, long size, Func<SeekableHandle> open) => Add(new FolderItem(name, FileType.RegularFile, size), open, null);

    private void Add(FolderItem item, Func<SeekableHandle>? file, DataTree? folder)
    {
        _places.Add(item.Name, _items.Count);
        _items.Add(item);
        _files.Add(file);
        _folders.Add(folder);
    }
}
