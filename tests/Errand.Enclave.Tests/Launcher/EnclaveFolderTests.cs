using System.Diagnostics;

namespace Errand.Enclave.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class EnclaveFolderTests : IDisposable
{
    private const string Kind = "vm";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("errand-test-");
    private readonly List<Process> _processes = [];

    private static CancellationToken Cancellation => TaskFixture.Cancellation;

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
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(folder.Path));
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
    public void Folder_of_another_process_stays_until_that_is_killed()
    {
        string left = LeaveBehind("vm-left");
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "flock is not installed.");
        Process host = Start("exec 9>>\"$1\"; /usr/bin/flock 9; echo held; read wait", left + ".lock");
        Assert.Equal("held", host.StandardOutput.ReadLine());
        EnclaveFolder.RemoveLeftBehind(Kind, _ => Assert.Fail("It lives."), Parent);
        Assert.True(Directory.Exists(left));
        Assert.True(File.Exists(left + ".lock"));

        host.Kill();
        host.WaitForExit();
        EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, Parent);
        Assert.Empty(Directory.GetFileSystemEntries(Parent));
    }

    [Fact]
    public void Lock_without_a_folder_goes_unless_it_is_held()
    {
        LeaveBehind("vm-left");
        string orphan = Path.Combine(Parent, "vm-orphan.lock"), begun = Path.Combine(Parent, "vm-begun.lock"), other = Path.Combine(Parent, "process-orphan.lock");
        File.WriteAllText(orphan, "");
        File.WriteAllText(other, "");
        using (new FileStream(begun, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, Parent);
            Assert.Equal([other, begun], Directory.GetFileSystemEntries(Parent).Order(StringComparer.Ordinal));
        }
        EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, Parent);
        Assert.Equal([other], Directory.GetFileSystemEntries(Parent));
    }

    [Fact]
    public void Folder_without_a_lock_goes()
    {
        string left = LeaveBehind("vm-left");
        File.Delete(left + ".lock");
        EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, Parent);
        Assert.Empty(Directory.GetFileSystemEntries(Parent));
    }

    [Fact]
    public void Folder_that_cannot_be_removed_is_left_to_the_next_start()
    {
        string left = LeaveBehind("vm-left");
        EnclaveFolder.RemoveLeftBehind(Kind, _ => throw new IOException("busy"), Parent);
        Assert.True(Directory.Exists(left));
        Assert.True(File.Exists(left + ".lock"));
        EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, Parent);
        Assert.Empty(Directory.GetFileSystemEntries(Parent));
    }

    [Theory]
    [InlineData("machine")]
    [InlineData("TPM")]
    public void Folder_of_a_dead_host_goes_with_its_machine_and_others_stay(string what)
    {
        using EnclaveFolder other = EnclaveFolder.Create("process", Parent);
        string left = LeaveBehind("vm-left");
        Process machine = StartWaiting("-first", what == "TPM" ? EnclaveTpm.ControlOf(left) : Channel(left), "-last");
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.True(machine.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(other.Path));
    }

    // As where the first process of a container asks about no child but its own.
    [Fact]
    public async Task Machine_whose_parent_never_asks_how_it_ended_does_not_hold_the_start_up()
    {
        string left = LeaveBehind("vm-left");
        // The parent has the argument in a variable, as it would be a machine by its own arguments.
        Process parent = Start("IFS= read -r mark; exec 3<&0; /bin/sh -c 'echo $$; read wait <&3' sh \"$mark\" & exec cat >/dev/null");
        await parent.StandardInput.WriteLineAsync(Channel(left));
        string id = (await parent.StandardOutput.ReadLineAsync(Cancellation))!;
        await Task.Run(() => EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent), Cancellation).WaitAsync(Patience, Cancellation);
        Assert.False(Directory.Exists(left));
        // The process is gone but for its entry in the system's table.
        Assert.Contains("State:\tZ", await File.ReadAllTextAsync($"/proc/{id}/status", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_of_another_user_is_left_alone()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can start a process of another user.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is not installed.");
        string left = LeaveBehind("vm-left");
        Process machine = Start("exec /usr/bin/setpriv --reuid 65534 --clear-groups /bin/sh -c 'echo ready; read wait' sh \"$1\"", Channel(left));
        Assert.Equal("ready", machine.StandardOutput.ReadLine());
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.False(machine.HasExited);
    }

    [Fact]
    public void What_still_runs_as_a_machine_s_user_ends_before_root_deletes_its_folder()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can start a process of another user.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is not installed.");
        uint? user = MachineUser.Draw(File.ReadAllText("/proc/self/uid_map"), File.ReadAllText("/proc/self/gid_map"));
        Assert.SkipUnless(user is > 0x7000_0000, "This container has no users to spare.");
        string left = LeaveBehind("vm-left");
        LinuxFile.Give(left, user!.Value);
        // It is not known by its arguments; and another user's process is none of this.
        Process machine = Start($"exec /usr/bin/setpriv --reuid {user} --regid {user} --clear-groups /bin/sh -c 'echo ready; read wait' sh \"$1\"", left);
        Process other = Start("exec /usr/bin/setpriv --reuid 65534 --clear-groups /bin/sh -c 'echo ready; read wait' sh \"$1\"", left);
        Assert.Equal("ready", machine.StandardOutput.ReadLine());
        Assert.Equal("ready", other.StandardOutput.ReadLine());
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.False(Directory.Exists(left));
        Assert.True(machine.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.False(other.HasExited);
    }

    [Theory]
    [InlineData("{folder}", "{folder}/channel")]
    [InlineData("socket,id=channel,path={folder}/channel", "server=on,wait=off")]
    [InlineData("socket,id=channel,path={folder}x/channel,server=on,wait=off", "")]
    [InlineData("xsocket,id=channel,path={folder}/channel,server=on,wait=off", "socket,id=tpm,path={folder}/tpm")]
    [InlineData("type=unixio,path={folder}/tpm,mode=0600,terminate", "")]
    public void Process_that_speaks_of_the_folder_and_is_no_machine_goes_on(string first, string second)
    {
        string left = LeaveBehind("vm-left");
        Process process = StartWaiting(first.Replace("{folder}", left, StringComparison.Ordinal), second.Replace("{folder}", left, StringComparison.Ordinal));
        EnclaveFolder.RemoveLeftBehind(Kind, LeftBehindMachine.End, Parent);
        Assert.False(Directory.Exists(left));
        Assert.False(process.HasExited);
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
        Directory.CreateDirectory(Parent);
        File.SetUnixFileMode(Parent, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        AssertRefused(Parent, "has mode 0755 instead of 0700");

        string link = Path.Combine(_root.FullName, "link"), real = Path.Combine(_root.FullName, "real");
        Directory.CreateDirectory(real, OwnerOnly);
        Directory.CreateSymbolicLink(link, real);
        AssertRefused(link, "is no folder");
        AssertRefused(link + "/", "is no folder");
        string nowhere = Path.Combine(_root.FullName, "nowhere"), file = Path.Combine(_root.FullName, "file");
        Directory.CreateSymbolicLink(nowhere, nowhere + "-at-all");
        AssertRefused(nowhere, "is no folder");
        Assert.False(Directory.Exists(nowhere + "-at-all"));
        File.WriteAllText(file, "");
        AssertRefused(file, "is no folder");

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        Assert.Equal(0, Samples.Tool("chown", out _, "65534", real));
        AssertRefused(real, "belongs to user 65534");
    }

    [Fact]
    public void Parent_that_inherits_its_group_is_taken()
    {
        File.SetUnixFileMode(_root.FullName, OwnerOnly | UnixFileMode.SetGroup);
        using EnclaveFolder folder = EnclaveFolder.Create(Kind, Parent);
        // Root's lets its machines' users pass to their own folders.
        UnixFileMode pass = Environment.IsPrivilegedProcess ? UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : UnixFileMode.None;
        Assert.Equal(OwnerOnly | UnixFileMode.SetGroup | pass, File.GetUnixFileMode(Parent));
    }

    [Theory]
    [InlineData('x', 90)]
    [InlineData('\u00FC', 45)] // two bytes each: few enough characters, too many bytes
    public void Path_too_long_for_a_socket_is_refused_with_what_to_do(char letter, int count) =>
        Assert.Contains("TMPDIR", Assert.Throws<InvalidOperationException>(() => EnclaveFolder.Create(Kind, Path.Combine(_root.FullName, new string(letter, count)))).Message, StringComparison.Ordinal);

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

    [Fact]
    public void Hosts_that_sweep_at_the_same_time_remove_each_folder_once()
    {
        string[] left = [.. Enumerable.Range(0, 100).Select(i => LeaveBehind($"vm-{i}"))];
        foreach (string folder in left) File.WriteAllText(Path.Combine(folder, "x"), "x");
        var ended = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => EnclaveFolder.RemoveLeftBehind(Kind, ended.Add, Parent));
        Assert.Equal(left.Order(StringComparer.Ordinal), ended.Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(Parent));
    }

    private static string Channel(string folder) => QemuCommandLine.ChannelOf(Path.Combine(folder, EnclaveMachine.ChannelName));

    private static void AssertRefused(string parent, string why)
    {
        foreach (Action attempt in (Action[])[() => EnclaveFolder.Create(Kind, parent).Dispose(), () => EnclaveFolder.RemoveLeftBehind(Kind, _ => { }, parent)])
        {
            string message = Assert.Throws<InvalidOperationException>(attempt).Message;
            Assert.Contains($"{parent.TrimEnd('/')} {why}", message, StringComparison.Ordinal);
            Assert.Contains("Remove it, or set TMPDIR", message, StringComparison.Ordinal);
        }
    }

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
    private Process StartWaiting(params string[] arguments)
    {
        Process process = Start("echo ready; read wait", arguments);
        // A start returns a moment before the command line can be read; what has spoken has one.
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        return process;
    }

    private Process Start(string script, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script, "sh", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _processes.Add(process);
        // Until it has become the shell, its command line is another's, or empty; a shell that goes on as cat may do so before anyone looks.
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{process.Id}/cmdline") is var line && (line.Contains("read wait", StringComparison.Ordinal) || line == "cat\0"), TimeSpan.FromSeconds(30)));
        return process;
    }
}
