using System.Diagnostics;
using System.Text;
using Errand.Tests;

namespace Errand.Platform.Tests;

/// <summary>The initial memory file system of a guest, in cpio's "newc" format: one program and the folders it mounts on.</summary>
internal static class GuestImage
{
    private const int RegularFile = 0x8000, Folder = 0x4000;
    private static readonly string[] Folders = ["dev", "sys"];

    /// <summary>Compiles the guest and packs it; a note makes another image of the same program.</summary>
    public static async Task<byte[]> BuildAsync(string folder, string note, CancellationToken cancellation)
    {
        string program = Path.Combine(folder, "init");
        if (!File.Exists(program)) await CompileAsync(program, cancellation);
        using var image = new MemoryStream();
        int inode = 1;
        foreach (string name in Folders) Add(image, inode++, name, Folder | 0x1ED, []);
        Add(image, inode++, "init", RegularFile | 0x1ED, await File.ReadAllBytesAsync(program, cancellation));
        Add(image, inode, "note", RegularFile | 0x1A4, Encoding.UTF8.GetBytes(note));
        Add(image, 0, "TRAILER!!!", 0, []);
        Pad(image, 512);
        return image.ToArray();
    }

    private static async Task CompileAsync(string program, CancellationToken cancellation)
    {
        string source = Path.Combine(Vectors.Repository(), "tests", "Errand.Platform.Tests", "Boot", "guest", "init.c");
        var start = new ProcessStartInfo(BootFiles.Compiler, ["-static", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source]) { RedirectStandardError = true };
        using Process compiler = Process.Start(start)!;
        string errors = await compiler.StandardError.ReadToEndAsync(cancellation);
        await compiler.WaitForExitAsync(cancellation);
        Assert.True(compiler.ExitCode == 0, errors);
    }

    // Magic and thirteen numbers of eight hexadecimal digits: inode, mode, user, group, links, time, size, devices (4), size of the name, sum.
    private static void Add(MemoryStream image, int inode, string name, int mode, byte[] content)
    {
        int[] fields = [inode, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, name.Length + 1, 0];
        image.Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(field => field.ToString("X8", null))) + name + "\0"));
        Pad(image, 4);
        image.Write(content);
        Pad(image, 4);
    }

    private static void Pad(MemoryStream image, int multiple)
    {
        while (image.Length % multiple != 0) image.WriteByte(0);
    }
}
