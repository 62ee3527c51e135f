using System.Text;
using CsCheck;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class HostCallTests
{
    private static readonly SandboxFile[] OneFile = [new SandboxFile("table", "0123456789"u8.ToArray())];

    [Fact]
    public void T_101_host_files_network_environment_and_clock_are_absent()
    {
        SandboxOutcome outcome = Wat.Run(Samples.Module("cheat"), Wat.Limits with { Fuel = 500_000_000 }, OneFile)!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
        SandboxFile report = Assert.Single(outcome.Files);
        string[] lines = Encoding.UTF8.GetString(report.Content.Span).TrimEnd('\n').Split('\n');
        Assert.True(lines.Length > 60, $"The report has {lines.Length} lines.");
        Assert.DoesNotContain(lines, line => line.EndsWith("GRANTED", StringComparison.Ordinal));
        Assert.Contains("clock: 0.000000000", lines);
        Assert.Contains("clock after a million steps: 0.000000000", lines);
        Assert.Contains("environment: empty", lines);
        Assert.Contains("handles opened: 58", lines);
        Assert.Contains("in /data: table", lines);
    }

    [Theory]
    [InlineData("..", 76)]
    [InlineData("table/..", 76)]
    [InlineData("./../table", 76)]
    [InlineData("/table", 76)]
    [InlineData("/etc/passwd", 76)]
    [InlineData("\\00", 28)]
    [InlineData("table\\00", 28)]
    [InlineData("", 44)]
    [InlineData("missing", 44)]
    [InlineData("a/b", 44)]
    [InlineData("table/b", 54)]
    [InlineData("\\ff", 25)]
    [InlineData("...", 44)]
    [InlineData("~", 44)]
    public void Path_tricks_are_refused(string path, int error)
    {
        int size = path.StartsWith('\\') ? 1 : path.EndsWith("\\00", StringComparison.Ordinal) ? path.Length - 2 : path.Length;
        Assert.Equal(error, Open(3, size, data: $"(data (i32.const 0) \"{path}\")"));
    }

    [Theory]
    [InlineData(4097, 37)]
    [InlineData(65, 44)]
    [InlineData(255, 44)]
    [InlineData(256, 37)]
    [InlineData(65_536, 37)]
    [InlineData(65_537, 21)]
    [InlineData(-1, 21)]
    [InlineData(int.MinValue, 21)]
    public void Long_paths_and_lengths_beyond_memory_are_refused(int size, int error) =>
        Assert.Equal(error, Open(3, size, before: "(memory.fill (i32.const 0) (i32.const 97) (i32.const 65536))"));

    [Theory]
    [InlineData("table", 3, 0, 0)]
    [InlineData("./table", 3, 0, 0)]
    [InlineData("table", 3, 2, 54)] // as a folder
    [InlineData("table", 3, 1, 69)] // create
    [InlineData("table", 3, 8, 69)] // truncate
    [InlineData(".", 3, 2, 0)]
    [InlineData(".", 3, 1, 31)]
    [InlineData("new", 4, 0, 44)]
    [InlineData("new", 4, 1, 0)]
    [InlineData("new", 4, 3, 28)]
    [InlineData(".hidden", 4, 1, 28)]
    [InlineData("a b", 4, 1, 28)]
    [InlineData("new", 4, 16, 28)] // a flag that is none
    [InlineData("new", 1, 0, 54)] // not a folder
    [InlineData("new", 9, 0, 8)]
    [InlineData("new", -1, 0, 8)]
    public void Opening_gives_the_error_that_fits(string path, int folder, int flags, int error) =>
        Assert.Equal(error, Open(folder, path.Length, flags, $"(data (i32.const 0) \"{path}\")"));

    [Fact]
    public void Exclusive_creation_refuses_what_is_there()
    {
        string before = "(drop (call $path_open (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 100)))";
        Assert.Equal(20, Open(4, 1, 5, "(data (i32.const 0) \"x\")", before));
    }

    [Theory]
    [InlineData("fd_read", "(i32.const 0) (i32.const 65535) (i32.const 1) (i32.const 0)", 21)] // vector half outside
    [InlineData("fd_read", "(i32.const 0) (i32.const 0) (i32.const 1025) (i32.const 0)", 28)]
    [InlineData("fd_read", "(i32.const 0) (i32.const 0) (i32.const -1) (i32.const 0)", 28)]
    [InlineData("fd_read", "(i32.const 0) (i32.const -8) (i32.const 1) (i32.const 0)", 21)] // wraps around
    [InlineData("fd_read", "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 65533)", 21)] // result half outside
    [InlineData("fd_read", "(i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0)", 76)] // reading the log
    [InlineData("fd_write", "(i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0)", 76)] // writing input
    [InlineData("fd_write", "(i32.const 5) (i32.const 0) (i32.const 1) (i32.const 0)", 8)]
    [InlineData("fd_seek", "(i32.const 1) (i64.const 0) (i32.const 0) (i32.const 0)", 70)]
    [InlineData("fd_seek", "(i32.const 3) (i64.const 0) (i32.const 0) (i32.const 0)", 70)]
    [InlineData("fd_prestat_get", "(i32.const 5) (i32.const 0)", 8)]
    [InlineData("fd_prestat_get", "(i32.const 0) (i32.const 0)", 8)]
    [InlineData("fd_prestat_dir_name", "(i32.const 3) (i32.const 0) (i32.const 4)", 37)]
    [InlineData("fd_prestat_dir_name", "(i32.const 3) (i32.const 65533) (i32.const 5)", 21)]
    [InlineData("fd_readdir", "(i32.const 0) (i32.const 0) (i32.const 10) (i64.const 0) (i32.const 0)", 54)]
    [InlineData("fd_readdir", "(i32.const 3) (i32.const 0) (i32.const 10) (i64.const -1) (i32.const 0)", 28)]
    [InlineData("fd_readdir", "(i32.const 3) (i32.const 0) (i32.const 10) (i64.const 9223372036854775807) (i32.const 0)", 0)]
    [InlineData("fd_filestat_set_size", "(i32.const 1) (i64.const 0)", 76)]
    [InlineData("fd_renumber", "(i32.const 3) (i32.const 9)", 8)]
    [InlineData("random_get", "(i32.const 1) (i32.const 65536)", 21)]
    [InlineData("args_get", "(i32.const 65535) (i32.const 0)", 21)]
    [InlineData("args_get", "(i32.const 0) (i32.const 65533)", 21)]
    [InlineData("args_sizes_get", "(i32.const 0) (i32.const 65533)", 21)]
    [InlineData("clock_time_get", "(i32.const 4) (i64.const 0) (i32.const 0)", 28)]
    [InlineData("clock_time_get", "(i32.const 0) (i64.const 0) (i32.const -1)", 21)]
    [InlineData("poll_oneoff", "(i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0)", 58)]
    [InlineData("sock_recv", "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)", 57)]
    [InlineData("sock_recv", "(i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)", 8)]
    [InlineData("sock_accept", "(i32.const 3) (i32.const 0) (i32.const 0)", 57)]
    [InlineData("fd_close", "(i32.const 64)", 8)]
    [InlineData("fd_close", "(i32.const -1)", 8)]
    public void Wrong_arguments_give_the_error_that_fits(string name, string arguments, int error) => Assert.Equal(error, Wat.Call(name, arguments));

    [Fact]
    public void Data_can_be_read_sought_and_not_written()
    {
        // Reads 4 bytes at 3, then 100 from there (6 are left), then seeks before the start, then tries to write.
        string module = Wat.Module(
            """
            (data (i32.const 0) "table")
            (func $check (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
            (func (export "_start")
              (call $check (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (i32.const 0))
              (i32.store (i32.const 32) (i32.const 64)) (i32.store (i32.const 36) (i32.const 4))
              (call $check (call $fd_pread (i32.const 5) (i32.const 32) (i32.const 1) (i64.const 3) (i32.const 48)) (i32.const 0))
              (call $check (i32.load (i32.const 64)) (i32.const 0x36353433))
              (call $check (call $fd_seek (i32.const 5) (i64.const -6) (i32.const 2) (i32.const 48)) (i32.const 0))
              (call $check (i32.load (i32.const 48)) (i32.const 4))
              (i32.store (i32.const 36) (i32.const 100))
              (call $check (call $fd_read (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48)) (i32.const 0))
              (call $check (i32.load (i32.const 48)) (i32.const 6))
              (call $check (call $fd_seek (i32.const 5) (i64.const -11) (i32.const 1) (i32.const 48)) (i32.const 28))
              (call $check (call $fd_seek (i32.const 5) (i64.const 0) (i32.const 3) (i32.const 48)) (i32.const 28))
              (call $check (call $fd_seek (i32.const 5) (i64.const 9223372036854775807) (i32.const 1) (i32.const 48)) (i32.const 28))
              (call $check (call $fd_write (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48)) (i32.const 76))
              (call $check (call $fd_filestat_set_size (i32.const 5) (i64.const 0)) (i32.const 76)))
            """,
            "path_open", "fd_pread", "fd_read", "fd_seek", "fd_write", "fd_filestat_set_size");
        Assert.Equal(OutcomeCode.Ok, Wat.Run(module, files: OneFile)!.Code);
    }

    [Fact]
    public void Output_can_be_truncated_renamed_and_removed()
    {
        string module = Wat.Module(
            """
            (data (i32.const 0) "abc")
            (func $check (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
            (func $open (param i32) (call $check (call $path_open (i32.const 4) (i32.const 0) (local.get 0) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (i32.const 0)))
            (func (export "_start")
              (call $open (i32.const 0))
              (i32.store (i32.const 32) (i32.const 0)) (i32.store (i32.const 36) (i32.const 3))
              (call $check (call $fd_write (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48)) (i32.const 0))
              (call $check (call $fd_filestat_set_size (i32.const 5) (i64.const 1)) (i32.const 0))
              (call $check (call $fd_filestat_set_size (i32.const 5) (i64.const 4)) (i32.const 0))
              (call $check (call $fd_filestat_set_size (i32.const 5) (i64.const -1)) (i32.const 28))
              (call $check (call $path_unlink_file (i32.const 4) (i32.const 0) (i32.const 1)) (i32.const 10))
              (call $open (i32.const 1))
              (call $check (call $fd_close (i32.const 6)) (i32.const 0))
              (call $check (call $path_rename (i32.const 4) (i32.const 0) (i32.const 1) (i32.const 4) (i32.const 1) (i32.const 1)) (i32.const 0))
              (call $open (i32.const 2))
              (call $check (call $fd_close (i32.const 6)) (i32.const 0))
              (call $check (call $path_unlink_file (i32.const 4) (i32.const 2) (i32.const 1)) (i32.const 0))
              (call $check (call $path_unlink_file (i32.const 4) (i32.const 2) (i32.const 1)) (i32.const 44)))
            """,
            "path_open", "fd_write", "fd_filestat_set_size", "fd_close", "path_rename", "path_unlink_file");
        SandboxOutcome outcome = Wat.Run(module)!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
        SandboxFile file = Assert.Single(outcome.Files);
        Assert.Equal("b", file.Name);
        // What was cut off does not come back.
        Assert.Equal([(byte)'a', 0, 0, 0], file.Content.ToArray());
    }

    [Fact]
    public void Any_arguments_to_any_call_give_an_error_number_or_end_the_run()
    {
        Gen<int> pointer = Gen.OneOf(Gen.Int[-2, 70], Gen.Int[65_500, 65_540], Gen.Int, Gen.Const(int.MaxValue), Gen.Const(int.MinValue));
        Gen<long> wide = Gen.OneOf(Gen.Long[-2, 70], Gen.Long, Gen.Const(long.MaxValue), Gen.Const(long.MinValue));
        Gen.Select(Gen.Int[0, Wat.Functions.Length - 1], pointer.Array[9], wide.Array[3]).Array[1, 12].Sample(
            calls =>
            {
                var body = new StringBuilder();
                foreach ((int index, int[] small, long[] large) in calls)
                {
                    (string name, string parameters) = Wat.Functions[index];
                    int used = 0;
                    IEnumerable<string> arguments = parameters.Select((kind, at) => kind == 'l' ? $"(i64.const {large[used++ % 3]})" : $"(i32.const {small[at]})");
                    body.Append($"(if (i32.gt_u (call ${name} {string.Join(' ', arguments)}) (i32.const 76)) (then unreachable))");
                }
                string module = Wat.Module(body.ToString(), [.. calls.Select(call => Wat.Functions[call.Item1].Name).Distinct()]);
                OutcomeCode code = Wat.Run(module, files: OneFile)!.Code;
                return code is OutcomeCode.Ok or OutcomeCode.Limit;
            },
            iter: 300, threads: 1);
    }

    private static int Open(int folder, int size, int flags = 0, string data = "", string before = "") => Wat.Call(
        "path_open",
        $"(i32.const {folder}) (i32.const 0) (i32.const 0) (i32.const {size}) (i32.const {flags}) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 60020)",
        before, data, OneFile);
}
