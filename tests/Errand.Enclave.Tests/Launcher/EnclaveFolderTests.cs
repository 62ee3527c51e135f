using System.Diagnostics;

namespace Errand.Enclave.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class EnclaveFolderTests : IDisposable
{
    private const string Kind = "vm";
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("errand-test-");
    private readonly List<Process> _processes = [];

    private string Parent => Path.Combine(_root.FullName, "p");

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
        _root.Delete(recursive: true);
    }

    [Fact]
    public void Folder_is_its_user_s_alone_and_leaves_nothing()
    {
        using (EnclaveFolder folder = EnclaveFolder.Create(Kind, Parent))
        {
            File.WriteAllText(Path.Combine(folder.Path, "x"), "x");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
        }
        Assert.Empty(Directory.GetFileSystemEntries(Parent));
    }

    [Fact]
    public void Folder_of_a_living_host_stays()
    {
        using EnclaveFolder folder = EnclaveFolder.Create(Kind, Parent);
        EnclaveFolder.RemoveLeftBehind(Kind, _ => Assert.Fail("It lives."), Parent);
        Assert.True(Directory.Exists(folder.Path));
    }

    [Fact]
    public void Folder_of_a_dead_host_goes_with_its_machine_and_others_stay()
    {
        using EnclaveFolder other = EnclaveFolder.Create("process", Parent);
        string left = LeaveBehind("vm-left");
        Process machine = Start("-pidfile", Path.Combine(left, "pid"));
        File.WriteAllText(Path.Combine(left, "pid"), $"{machine.Id}\n");
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.True(machine.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(other.Path));
    }

    [Theory]
    [InlineData("-pidfile", "elsewhere")]
    [InlineData("-name", "{folder}/pid")]
    [InlineData("-pidfile={folder}/pid", "")]
    [InlineData("x{folder}/pid", "-pidfile")]
    public void Number_that_is_another_process_s_now_ends_nothing(string first, string second)
    {
        string left = LeaveBehind("vm-left");
        Process process = Start(first.Replace("{folder}", left, StringComparison.Ordinal), second.Replace("{folder}", left, StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(left, "pid"), $"{process.Id}\n");
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.False(Directory.Exists(left));
        Assert.False(process.HasExited);
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("99999999999999999999")]
    [InlineData("2147483647")]
    public void Whatever_stands_in_the_file_of_the_number_the_folder_goes(string number)
    {
        string left = LeaveBehind("vm-left");
        File.WriteAllText(Path.Combine(left, "pid"), number);
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.False(Directory.Exists(left));
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("link")]
    [InlineData("folder")]
    public void File_of_the_number_that_is_no_file_is_not_read(string what)
    {
        string left = LeaveBehind("vm-left");
        string file = Path.Combine(left, "pid");
        Process machine = Start("-pidfile", file);
        string number = Path.Combine(_root.FullName, "number");
        File.WriteAllText(number, $"{machine.Id}\n");
        if (what == "fifo") Assert.Equal(0, Samples.Tool("mkfifo", out _, file));
        else if (what == "link") File.CreateSymbolicLink(file, number);
        else Directory.CreateDirectory(file);
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.False(machine.HasExited);
        Assert.False(Directory.Exists(left));
        Assert.True(File.Exists(number));
    }

    [Fact]
    public void Link_in_place_of_a_folder_is_removed_and_what_it_points_to_stays()
    {
        LeaveBehind("vm-left");
        string elsewhere = Path.Combine(_root.FullName, "elsewhere");
        Directory.CreateDirectory(elsewhere);
        File.WriteAllText(Path.Combine(elsewhere, "kept"), "x");
        Directory.CreateSymbolicLink(Path.Combine(Parent, "vm-link"), elsewhere);
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.True(File.Exists(Path.Combine(elsewhere, "kept")));
        Assert.Empty(Directory.GetFileSystemEntries(Parent));
    }

    [Fact]
    public void Parent_that_is_not_the_user_s_alone_is_refused_with_what_to_do()
    {
        Directory.CreateDirectory(Parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Assert.Contains("can be entered by others", Assert.Throws<InvalidOperationException>(() => EnclaveFolder.Create(Kind, Parent)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, Parent));

        string link = Path.Combine(_root.FullName, "link"), real = Path.Combine(_root.FullName, "real");
        Directory.CreateDirectory(real, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(link, real);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => EnclaveFolder.Create(Kind, link));
        Assert.Contains("is no folder", refused.Message, StringComparison.Ordinal);
        Assert.Contains("TMPDIR", refused.Message, StringComparison.Ordinal);

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        Assert.Equal(0, Samples.Tool("chown", out _, "65534", real));
        Assert.Contains("belongs to user 65534", Assert.Throws<InvalidOperationException>(() => EnclaveFolder.Create(Kind, real)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_too_long_for_a_socket_is_refused_with_what_to_do() =>
        Assert.Contains("TMPDIR", Assert.Throws<InvalidOperationException>(() => EnclaveFolder.Create(Kind, Path.Combine(_root.FullName, new string('x', 90)))).Message, StringComparison.Ordinal);

    [Fact]
    public void Hosts_that_make_and_sweep_at_the_same_time_do_not_harm_each_other() => Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
    {
        for (int i = 0; i < 50; i++)
        {
            using EnclaveFolder folder = EnclaveFolder.Create(Kind, Parent);
            EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, Parent);
            Assert.True(Directory.Exists(folder.Path));
        }
    });

    private string LeaveBehind(string name)
    {
        using (EnclaveFolder.Create(Kind, Parent))
        {
        }
        string folder = Path.Combine(Parent, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + ".lock", "");
        return folder;
    }

    // A process that waits, with a command line of the test's own.
    private Process Start(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read wait", "sh", .. arguments]) { RedirectStandardInput = true })!;
        _processes.Add(process);
        // Until it has become the shell, its command line is another's, or empty.
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{process.Id}/cmdline").Contains("read wait", StringComparison.Ordinal), TimeSpan.FromSeconds(30)));
        return process;
    }
}
