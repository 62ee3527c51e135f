using System.Text;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>Modules written to break out, to learn more than they are given, or to use up the host. Each ends with its code, and the host stays small.</summary>
public sealed class EscapeTests
{
    // Beyond the only page of memory: just outside, the ends of both readings of 32 bits.
    private static readonly int[] Outside = [65_536, int.MaxValue, int.MinValue, -1];

    private const string OpenOutput =
        "(drop (call $path_open (i32.const 4) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 120)))";

    [Theory]
    [InlineData("args_get", "P 0")]
    [InlineData("args_get", "0 P")]
    [InlineData("args_sizes_get", "P 0")]
    [InlineData("args_sizes_get", "0 P")]
    [InlineData("environ_sizes_get", "P 0")]
    [InlineData("environ_sizes_get", "0 P")]
    [InlineData("clock_res_get", "0 P")]
    [InlineData("clock_time_get", "0 0l P")]
    [InlineData("random_get", "P 16")]
    [InlineData("fd_fdstat_get", "3 P")]
    [InlineData("fd_filestat_get", "5 P")]
    [InlineData("fd_read", "5 P 1 0")]
    [InlineData("fd_read", "5 0 1 P")]
    [InlineData("fd_write", "1 P 1 0")]
    [InlineData("fd_write", "5 0 1 P")]
    [InlineData("fd_pread", "5 P 1 0l 0")]
    [InlineData("fd_pread", "5 0 1 0l P")]
    [InlineData("fd_pwrite", "5 P 1 0l 0")]
    [InlineData("fd_pwrite", "5 0 1 0l P")]
    [InlineData("fd_seek", "5 0l 0 P")]
    [InlineData("fd_tell", "5 P")]
    [InlineData("fd_prestat_get", "3 P")]
    [InlineData("fd_prestat_dir_name", "3 P 5")]
    [InlineData("fd_readdir", "4 P 64 0l 0")]
    [InlineData("fd_readdir", "4 0 64 0l P")]
    [InlineData("path_open", "4 0 P 1 0 0l 0l 0 0")]
    [InlineData("path_open", "4 0 100 1 0 0l 0l 0 P")]
    [InlineData("path_filestat_get", "4 0 P 1 0")]
    [InlineData("path_filestat_get", "4 0 100 1 P")]
    [InlineData("path_filestat_set_times", "4 0 P 1 0l 0l 0")]
    [InlineData("path_unlink_file", "4 P 1")]
    [InlineData("path_rename", "4 P 1 4 100 1")]
    [InlineData("path_rename", "4 100 1 4 P 1")]
    [InlineData("path_readlink", "4 P 1 0 0 0")]
    [InlineData("path_create_directory", "4 P 1")]
    [InlineData("path_remove_directory", "4 P 1")]
    [InlineData("path_link", "4 0 P 1 4 100 1")]
    [InlineData("path_symlink", "0 1 4 P 1")]
    public void Pointer_out_of_range_is_a_fault_in_every_host_call(string name, string arguments)
    {
        var body = new StringBuilder($"(i32.store8 (i32.const 100) (i32.const 102)) {OpenOutput}");
        foreach (int pointer in Outside)
        {
            IEnumerable<string> texts = arguments.Split(' ').Select(text => text == "P" ? $"(i32.const {pointer})" : text.EndsWith('l') ? $"(i64.const {text[..^1]})" : $"(i32.const {text})");
            body.Append($"(if (i32.ne (call ${name} {string.Join(' ', texts)}) (i32.const 21)) (then unreachable))");
        }
        string[] imports = [.. new[] { "path_open", name }.Distinct()];
        Assert.Equal(OutcomeCode.Ok, Wat.Run(Wat.Module(body.ToString(), imports))!.Code);
    }

    [Theory]
    [InlineData("recursion", "(func $f (export \"_start\") (call $f))", OutcomeCode.AppFailed)]
    [InlineData("recursion with large frames", "(func $f (param i64 i64 i64 i64) (local i64 i64 i64 i64) (call $f (local.get 0) (local.get 1) (local.get 4) (local.get 5))) (func (export \"_start\") (call $f (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)))", OutcomeCode.AppFailed)]
    [InlineData("recursion through a table", "(table 1 funcref) (elem (i32.const 0) $f) (type $t (func)) (func $f (export \"_start\") (call_indirect (type $t) (i32.const 0)))", OutcomeCode.AppFailed)]
    [InlineData("recursion in the start section", "(func $s (call $s)) (start $s) (func (export \"_start\"))", OutcomeCode.AppFailed)]
    [InlineData("memory growth bomb", "(func (export \"_start\") (local $n i32) (loop $l (drop (memory.grow (i32.const 1))) (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 70000)))) (if (i32.ne (memory.size) (i32.const 64)) (then unreachable)))", OutcomeCode.Ok)]
    [InlineData("memory growth by 4 GiB", "(func (export \"_start\") (loop $l (drop (memory.grow (i32.const 65535))) (br $l)))", OutcomeCode.Limit)]
    [InlineData("table growth bomb", "(table $t 0 funcref) (func (export \"_start\") (local $n i32) (loop $l (drop (table.grow $t (ref.null func) (i32.const 4096))) (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10000)))) (if (i32.ne (table.size $t) (i32.const 1048576)) (then unreachable)))", OutcomeCode.Ok)]
    [InlineData("table growth by 2^32", "(table $t 0 externref) (func (export \"_start\") (if (i32.ne (table.grow $t (ref.null extern) (i32.const -1)) (i32.const -1)) (then unreachable)))", OutcomeCode.Ok)]
    [InlineData("table larger than allowed", "(table 1048577 funcref) (func (export \"_start\"))", OutcomeCode.Limit)]
    [InlineData("loop of calls", "(func $g) (func (export \"_start\") (loop $l (call $g) (br $l)))", OutcomeCode.Limit)]
    [InlineData("loop by a branch table", "(func (export \"_start\") (loop $l (br_table $l $l $l (i32.const 1))))", OutcomeCode.Limit)]
    [InlineData("loop of moves", "(func (export \"_start\") (loop $l (memory.copy (i32.const 0) (i32.const 1) (i32.const 65535)) (br $l)))", OutcomeCode.Limit)]
    [InlineData("loop of table fills", "(table $t 100000 funcref) (func (export \"_start\") (loop $l (table.fill $t (i32.const 0) (ref.null func) (i32.const 100000)) (br $l)))", OutcomeCode.Limit)]
    [InlineData("loop of table moves", "(table $t 100000 funcref) (func (export \"_start\") (loop $l (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 99999)) (br $l)))", OutcomeCode.Limit)]
    [InlineData("loop of nested loops", "(func (export \"_start\") (loop $a (loop $b (loop $c (br_if $c (i32.const 1))) (br $b)) (br $a)))", OutcomeCode.Limit)]
    [InlineData("unreachable", "(func (export \"_start\") unreachable)", OutcomeCode.AppFailed)]
    [InlineData("division by zero", "(func (export \"_start\") (drop (i32.div_u (i32.const 1) (i32.const 0))))", OutcomeCode.AppFailed)]
    [InlineData("division that overflows", "(func (export \"_start\") (drop (i64.div_s (i64.const -9223372036854775808) (i64.const -1))))", OutcomeCode.AppFailed)]
    [InlineData("conversion that overflows", "(func (export \"_start\") (drop (i32.trunc_f64_s (f64.const 1e300))))", OutcomeCode.AppFailed)]
    [InlineData("load just outside", "(func (export \"_start\") (drop (i32.load8_u (i32.const 65536))))", OutcomeCode.AppFailed)]
    [InlineData("load half outside", "(func (export \"_start\") (drop (i64.load (i32.const 65529))))", OutcomeCode.AppFailed)]
    [InlineData("load by offset", "(func (export \"_start\") (drop (i32.load offset=4294967295 (i32.const -1))))", OutcomeCode.AppFailed)]
    [InlineData("store below", "(func (export \"_start\") (i64.store (i32.const -8) (i64.const 1)))", OutcomeCode.AppFailed)]
    [InlineData("vector store outside", "(func (export \"_start\") (v128.store (i32.const 65521) (v128.const i64x2 1 1)))", OutcomeCode.AppFailed)]
    [InlineData("fill outside", "(func (export \"_start\") (memory.fill (i32.const 65535) (i32.const 0) (i32.const 2)))", OutcomeCode.AppFailed)]
    [InlineData("copy that wraps", "(func (export \"_start\") (memory.copy (i32.const 0) (i32.const -1) (i32.const 2)))", OutcomeCode.AppFailed)]
    [InlineData("init outside its segment", "(data $d \"abc\") (func (export \"_start\") (memory.init $d (i32.const 0) (i32.const 2) (i32.const 2)))", OutcomeCode.AppFailed)]
    [InlineData("init of a dropped segment", "(data $d \"abc\") (func (export \"_start\") (data.drop $d) (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)))", OutcomeCode.AppFailed)]
    [InlineData("call outside the table", "(table 1 funcref) (type $t (func)) (func (export \"_start\") (call_indirect (type $t) (i32.const 1)))", OutcomeCode.AppFailed)]
    [InlineData("call of nothing", "(table 1 funcref) (type $t (func)) (func (export \"_start\") (call_indirect (type $t) (i32.const 0)))", OutcomeCode.AppFailed)]
    [InlineData("call by another type", "(table 1 funcref) (elem (i32.const 0) $f) (type $t (func (param i32) (result i64))) (func $f) (func (export \"_start\") (drop (call_indirect (type $t) (i32.const 7) (i32.const 0))))", OutcomeCode.AppFailed)]
    [InlineData("element outside the table", "(table 1 funcref) (elem (i32.const 1) $f) (func $f (export \"_start\"))", OutcomeCode.AppFailed)]
    [InlineData("table read outside", "(table $t 1 funcref) (func (export \"_start\") (drop (table.get $t (i32.const -1))))", OutcomeCode.AppFailed)]
    public void Hostile_code_ends_with_its_code(string what, string fields, OutcomeCode code)
    {
        _ = what;
        SandboxOutcome outcome = Wat.Run($"(module (memory (export \"memory\") 1) {fields})")!;
        Assert.Equal(code, outcome.Code);
        Assert.Empty(outcome.Files);
    }

    [Theory]
    [InlineData("proc_exit hidden behind a name", "(module (import \"wasi_snapshot_preview1\" \"proc_exit \" (func (param i32))) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("empty names", "(module (import \"\" \"\" (func)) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("one function under two types", "(module (import \"wasi_snapshot_preview1\" \"fd_close\" (func (param i32) (result i32))) (import \"wasi_snapshot_preview1\" \"fd_close\" (func (param i32 i32) (result i32))) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("reference instead of a pointer", "(module (import \"wasi_snapshot_preview1\" \"fd_close\" (func (param externref) (result i32))) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("float instead of a pointer", "(module (import \"wasi_snapshot_preview1\" \"fd_close\" (func (param f32) (result i32))) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("table instead of a function", "(module (import \"wasi_snapshot_preview1\" \"fd_close\" (table 1 funcref)) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("memory instead of a function", "(module (import \"wasi_snapshot_preview1\" \"fd_close\" (memory 1)) (export \"memory\" (memory 0)) (func (export \"_start\")))")]
    [InlineData("threads of the host", "(module (import \"wasi\" \"thread-spawn\" (func (param i32) (result i32))) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("preview 2", "(module (import \"wasi:sockets/tcp@0.2.0\" \"[method]tcp-socket.start-bind\" (func (param i32))) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    public void Confused_imports_are_refused_before_anything_runs(string what, string module)
    {
        _ = what;
        Assert.Null(Wat.Run(module));
    }

    // After the preamble (8 bytes): section id, size, content.
    [Theory]
    [InlineData("no magic", "6173 6d00 0100 0000")]
    [InlineData("cut preamble", "0061736d 0100")]
    [InlineData("another version", "0061736d 02000000")]
    [InlineData("section longer than the file", "0061736d 01000000 01 ffffffff0f 00")]
    [InlineData("size that does not end", "0061736d 01000000 01 ffffffffffff")]
    [InlineData("size of six bytes", "0061736d 01000000 01 808080808000")]
    [InlineData("4 billion types", "0061736d 01000000 01 05 ffffffff0f")]
    [InlineData("4 billion functions", "0061736d 01000000 01 04 01 60 00 00 03 05 ffffffff0f")]
    [InlineData("4 billion locals", "0061736d 01000000 01 04 01 60 00 00 03 02 01 00 0a 0a 01 08 01 ffffffff0f 7f 0b")]
    [InlineData("sections out of order", "0061736d 01000000 03 02 01 00 01 04 01 60 00 00")]
    [InlineData("section twice", "0061736d 01000000 01 01 00 01 01 00")]
    [InlineData("unknown section", "0061736d 01000000 3f 01 00")]
    [InlineData("function without a body", "0061736d 01000000 01 04 01 60 00 00 03 02 01 00")]
    [InlineData("body without a function", "0061736d 01000000 0a 04 01 02 00 0b")]
    [InlineData("body without an end", "0061736d 01000000 01 04 01 60 00 00 03 02 01 00 0a 04 01 02 00 01")]
    [InlineData("stack underflow", "0061736d 01000000 01 04 01 60 00 00 03 02 01 00 0a 05 01 03 00 1a 0b")]
    [InlineData("unknown instruction", "0061736d 01000000 01 04 01 60 00 00 03 02 01 00 0a 05 01 03 00 ff 0b")]
    [InlineData("name that is not UTF-8", "0061736d 01000000 01 04 01 60 00 00 02 07 01 01 ff 01 61 00 00")]
    [InlineData("memory of 2^32 pages", "0061736d 01000000 05 07 01 00 ffffffff0f")]
    [InlineData("start that does not exist", "0061736d 01000000 08 01 07")]
    [InlineData("precompiled code", "7f454c46 02010100 0000000000000000")]
    public void Malformed_modules_are_refused(string what, string hex)
    {
        _ = what;
        Assert.Null(Wat.Run(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x41)]
    [InlineData(0xFF)]
    public void Module_beyond_the_size_limit_is_not_even_parsed(byte filling)
    {
        var module = new byte[WasmProfile.ModuleSizeMax + 1];
        module.AsSpan().Fill(filling);
        Assert.Null(Wat.Run(module));
    }

    [Fact]
    public void Deeply_nested_blocks_and_many_functions_do_not_exhaust_the_compiler()
    {
        string nested = string.Concat(Enumerable.Repeat("(block ", 5_000)) + string.Concat(Enumerable.Repeat(")", 5_000));
        Assert.Equal(OutcomeCode.Ok, Wat.Run(Wat.Module($"(func (export \"_start\") {nested})"))!.Code);
        string many = string.Concat(Enumerable.Repeat("(func)", 20_000));
        Assert.Equal(OutcomeCode.Ok, Wat.Run(Wat.Module($"(func (export \"_start\")) {many}"))!.Code);
        AssertHostIsSmall();
    }

    [Fact]
    public void Only_the_handles_that_were_given_can_be_guessed()
    {
        // Closes nothing and asks for every number from 0 to 100,000: 5 answer.
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            """
            (func (export "_start") (local $n i32) (local $found i32)
              (loop $l
                (if (i32.eqz (call $fd_fdstat_get (local.get $n) (i32.const 0))) (then (local.set $found (i32.add (local.get $found) (i32.const 1)))))
                (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100000))))
              (if (i32.ne (local.get $found) (i32.const 5)) (then unreachable)))
            """,
            "fd_fdstat_get"))!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
    }

    [Fact]
    public void Closed_and_renumbered_folders_give_no_new_rights()
    {
        // /out moves over /data: what was /data is gone, its number now writes to /out, and the old number of /out is free.
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            """
            (data (i32.const 0) "table")
            (func $check (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
            (func (export "_start")
              (call $check (call $fd_renumber (i32.const 4) (i32.const 3)) (i32.const 0))
              (call $check (call $path_filestat_get (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 64)) (i32.const 44))
              (call $check (call $path_filestat_get (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 64)) (i32.const 8))
              (call $check (call $fd_close (i32.const 3)) (i32.const 0))
              (call $check (call $fd_close (i32.const 3)) (i32.const 8)))
            """,
            "fd_renumber", "path_filestat_get", "fd_close"), files: [new SandboxFile("table", new byte[10])])!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
    }

    [Fact]
    public void Handles_are_not_used_up_by_opening_for_ever()
    {
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            $"(i32.store8 (i32.const 100) (i32.const 102)) (loop $l {OpenOutput} (br $l))", "path_open"))!;
        Assert.Equal(OutcomeCode.Limit, outcome.Code);
        AssertHostIsSmall();
    }

    [Theory]
    [InlineData("by many writes", "(loop $l (drop (call $fd_write (i32.const 5) (i32.const 0) (i32.const 1) (i32.const 16))) (br $l))")]
    [InlineData("by a length", "(drop (call $fd_filestat_set_size (i32.const 5) (i64.const 9223372036854775807)))")]
    [InlineData("by a position", "(drop (call $fd_seek (i32.const 5) (i64.const 4611686018427387904) (i32.const 0) (i32.const 16))) (drop (call $fd_write (i32.const 5) (i32.const 0) (i32.const 1) (i32.const 16)))")]
    public void Output_is_exhausted_without_taking_the_hosts_memory(string how, string body)
    {
        _ = how;
        string prepare = $"(i32.store8 (i32.const 100) (i32.const 102)) {OpenOutput} (i32.store (i32.const 0) (i32.const 1000)) (i32.store (i32.const 4) (i32.const 60000))";
        SandboxOutcome outcome = Wat.Run(Wat.Module(prepare + body, "path_open", "fd_write", "fd_seek", "fd_filestat_set_size"))!;
        Assert.Equal(OutcomeCode.Limit, outcome.Code);
        Assert.Empty(outcome.Files);
        AssertHostIsSmall();
    }

    [Fact]
    public void Log_that_is_flooded_stays_within_its_limit()
    {
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            "(i32.store (i32.const 4) (i32.const 60000)) (loop $l (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 16))) (br $l))", "fd_write"))!;
        Assert.Equal(OutcomeCode.Limit, outcome.Code);
        Assert.Equal(Wat.Limits.LogBytes, outcome.Log.Length);
    }

    [Fact]
    public void Read_over_its_own_vectors_stays_inside_memory()
    {
        // The first vector's bytes replace the second one, which then points outside.
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            """
            (data (i32.const 100) "table")
            (func (export "_start")
              (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 120)) (then unreachable))
              (i32.store (i32.const 0) (i32.const 8)) (i32.store (i32.const 4) (i32.const 8))
              (i32.store (i32.const 8) (i32.const 200)) (i32.store (i32.const 12) (i32.const 4))
              (if (i32.ne (call $fd_read (i32.const 5) (i32.const 0) (i32.const 2) (i32.const 16)) (i32.const 21)) (then unreachable)))
            """,
            "path_open", "fd_read"), files: [new SandboxFile("table", Enumerable.Repeat((byte)0xFF, 64).ToArray())])!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
    }

    [Fact]
    public void Host_calls_of_the_start_section_find_no_memory()
    {
        SandboxOutcome outcome = Wat.Run(
            "(module (import \"wasi_snapshot_preview1\" \"random_get\" (func $r (param i32 i32) (result i32))) (memory (export \"memory\") 1) "
            + "(func $s (if (i32.ne (call $r (i32.const 0) (i32.const 16)) (i32.const 21)) (then unreachable))) (start $s) (func (export \"_start\")))")!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
    }

    [Fact]
    public void Memory_of_no_pages_is_outside_everywhere()
    {
        SandboxOutcome outcome = Wat.Run(
            "(module (import \"wasi_snapshot_preview1\" \"random_get\" (func $r (param i32 i32) (result i32))) (memory (export \"memory\") 0) "
            + "(func (export \"_start\") (if (i32.ne (call $r (i32.const 0) (i32.const 1)) (i32.const 21)) (then unreachable)) (if (call $r (i32.const 0) (i32.const 0)) (then unreachable))))")!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
    }

    [Fact]
    public void Loops_cannot_be_timed_by_any_clock()
    {
        // Each of the four clocks before and after a hundred thousand steps, and what its resolution says.
        string clocks = string.Concat(Enumerable.Range(0, 4).Select(id =>
            $"""
            (drop (call $clock_time_get (i32.const {id}) (i64.const 0) (i32.const 0)))
            (local.set $n (i32.const 100000))
            (loop $l{id} (br_if $l{id} (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (drop (call $clock_time_get (i32.const {id}) (i64.const 0) (i32.const 8)))
            (if (i64.ne (i64.load (i32.const 0)) (i64.load (i32.const 8))) (then unreachable))
            """));
        Assert.Equal(OutcomeCode.Ok, Wat.Run(Wat.Module($"(func (export \"_start\") (local $n i32) {clocks})", "clock_time_get"))!.Code);
    }

    // Far more than a whole process of tests holds, and far less than a host that paid for what a guest asked.
    private static void AssertHostIsSmall() => Assert.InRange(Environment.WorkingSet, 0, 3L << 30);
}
