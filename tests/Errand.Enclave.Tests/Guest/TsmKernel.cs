using System.Globalization;

namespace Errand.Enclave.Tests;

/// <summary>Plays the kernel behind configfs-tsm in a real folder: files appear with their entry, and change when one is written.</summary>
internal sealed class TsmKernel : ITsmTree, IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("errand-tsm-");
    private readonly TsmFolder _folder;

    public TsmKernel() => _folder = new TsmFolder(_root.FullName);

    public string Provider { get; init; } = "sev_guest\n";

    /// <summary>The first generation, as text; the kernel counts from there.</summary>
    public ulong Generation { get; set; }

    /// <summary>How many writes the kernel counts for one.</summary>
    public ulong Counts { get; init; } = 1;

    public string? Floor { get; init; } = "0\n";

    /// <summary>What the firmware makes of the data.</summary>
    public Func<byte[], byte[]> Report { get; init; } = SnpReport;

    public byte[]? Auxiliary { get; init; } = [];

    /// <summary>Linux's error number that a step ends with: "create", a file's name, or "remove".</summary>
    public (string Step, int Error)? Fault { get; init; }

    /// <summary>A file that this kernel does not make.</summary>
    public string? Missing { get; init; }

    /// <summary>All steps, in order.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>A report of the right size over the data, which nobody signed.</summary>
    public static byte[] SnpReport(byte[] data)
    {
        var report = new byte[1184];
        data.CopyTo(report, 0x50);
        return report;
    }

    public void Create(string entry)
    {
        Enter("create");
        _folder.Create(entry);
        Put(entry, "provider", Text(Provider));
        Put(entry, "generation", Text(string.Create(CultureInfo.InvariantCulture, $"{Generation}\n")));
        if (Floor is not null) Put(entry, "privlevel_floor", Text(Floor));
        Put(entry, "inblob", []);
    }

    public void Write(string entry, string file, ReadOnlySpan<byte> bytes)
    {
        Enter(file);
        _folder.Write(entry, file, bytes);
        Generation = unchecked(Generation + Counts);
        Put(entry, "generation", Text(string.Create(CultureInfo.InvariantCulture, $"{Generation}\n")));
        Put(entry, "outblob", Report(File.ReadAllBytes(At(entry, "inblob"))));
        if (Auxiliary is not null) Put(entry, "auxblob", Auxiliary);
    }

    public byte[]? Read(string entry, string file, int sizeMax)
    {
        Enter(file);
        return _folder.Read(entry, file, sizeMax);
    }

    public void Remove(string entry)
    {
        Enter("remove");
        // The kernel takes an entry's files away with it; a folder that is none of the kernel's has to be emptied.
        foreach (string file in Directory.GetFiles(Path.Combine(_root.FullName, entry))) File.Delete(file);
        _folder.Remove(entry);
    }

    public bool IsEmpty => _root.GetFileSystemInfos().Length == 0;

    public void Dispose() => _root.Delete(recursive: true);

    private static byte[] Text(string text) => System.Text.Encoding.Latin1.GetBytes(text);

    private string At(string entry, string file) => Path.Combine(_root.FullName, entry, file);

    private void Put(string entry, string file, byte[] bytes)
    {
        if (file != Missing) File.WriteAllBytes(At(entry, file), bytes);
    }

    private void Enter(string step)
    {
        Steps.Add(step);
        if (Fault is { } fault && fault.Step == step) throw new IOException("The kernel refuses.", fault.Error);
    }
}
