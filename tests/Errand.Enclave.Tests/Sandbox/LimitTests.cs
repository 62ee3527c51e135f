using System.Text;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class LimitTests
{
    // Opens /out/f as handle 5, then writes `size` bytes at `offset` in one call.
    private static string Writer(long size, long offset) => Wat.Module(
        $"""
        (data (i32.const 0) "f")
        (func (export "_start")
          (drop (memory.grow (i32.const 60)))
          (if (call $path_open (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (then unreachable))
          (i32.store (i32.const 32) (i32.const 64)) (i32.store (i32.const 36) (i32.const {size}))
          (if (call $fd_pwrite (i32.load (i32.const 16)) (i32.const 32) (i32.const 1) (i64.const {offset}) (i32.const 48)) (then unreachable)))
        """,
        "path_open", "fd_pwrite");

    [Theory]
    [InlineData(99_999, 0, OutcomeCode.Ok)]
    [InlineData(100_000, 0, OutcomeCode.Ok)]
    [InlineData(100_001, 0, OutcomeCode.Limit)]
    [InlineData(1, 99_999, OutcomeCode.Ok)]
    [InlineData(1, 100_000, OutcomeCode.Limit)]
    [InlineData(1, long.MaxValue, OutcomeCode.Limit)]
    [InlineData(100_000, long.MaxValue - 50_000, OutcomeCode.Limit)]
    public void T_92_output_beyond_the_limit_ends_without_output(long size, long offset, OutcomeCode code)
    {
        SandboxOutcome outcome = Wat.Run(Writer(size, offset))!;
        Assert.Equal(code, outcome.Code);
        if (code == OutcomeCode.Ok) Assert.Equal(offset + size, outcome.Files[0].Content.Length);
        else Assert.Empty(outcome.Files);
    }

    [Theory]
    [InlineData("output", OutcomeCode.Limit)]
    [InlineData("fuel", OutcomeCode.Limit)]
    [InlineData("memory", OutcomeCode.AppFailed)]
    [InlineData("log", OutcomeCode.Ok)]
    [InlineData("trap", OutcomeCode.AppFailed)]
    [InlineData("nonsense", OutcomeCode.AppFailed)]
    public void Cheat_going_over_a_limit_ends_without_output(string how, OutcomeCode code)
    {
        SandboxOutcome outcome = Wat.Run(Samples.Module("cheat"), Wat.Limits with { Fuel = 500_000_000 }, null, null, how, "words")!;
        Assert.Equal(code, outcome.Code);
        Assert.Empty(outcome.Files);
        Assert.InRange(outcome.Log.Length, 0, Wat.Limits.LogBytes);
    }

    [Fact]
    public void T_98_last_words_are_in_the_log_alone()
    {
        SandboxOutcome outcome = Wat.Run(Samples.Module("cheat"), null, null, null, "trap", "the secret")!;
        Assert.Equal(OutcomeCode.AppFailed, outcome.Code);
        Assert.Equal("last words: the secret\ntrap: Unreachable\n", Encoding.UTF8.GetString(outcome.Log.Span));
    }

    [Theory]
    [InlineData("spin", "(loop $l (br $l))")]
    [InlineData("one huge fill after another", "(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $l))")]
    public void Fuel_ends_every_loop(string what, string body)
    {
        _ = what;
        SandboxOutcome outcome = Wat.Run(Wat.Module(body))!;
        Assert.Equal((OutcomeCode.Limit, Wat.Limits.Fuel), (outcome.Code, outcome.FuelUsed));
    }

    [Theory]
    [InlineData("random_get", "(i32.const 0) (i32.const 65536)")]
    [InlineData("fd_write", "(i32.const 1) (i32.const 0) (i32.const 1024) (i32.const 0)")]
    [InlineData("fd_readdir", "(i32.const 3) (i32.const 0) (i32.const 65536) (i64.const 0) (i32.const 0)")]
    [InlineData("path_open", "(i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4000) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)")]
    public void Host_work_is_paid_for_in_fuel(string name, string arguments)
    {
        string call = $"(loop $l (drop (call ${name} {arguments})) (br $l))";
        SandboxOutcome outcome = Wat.Run(Wat.Module(call, name))!;
        Assert.Equal((OutcomeCode.Limit, Wat.Limits.Fuel), (outcome.Code, outcome.FuelUsed));
    }

    [Fact]
    public void Page_of_output_is_paid_for_as_often_as_it_is_taken()
    {
        // 1000 times one byte and none: 64 MB of pages taken and wiped, and so at least 16 million units of fuel.
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            """
            (data (i32.const 0) "f")
            (func (export "_start") (local $n i32)
              (if (call $path_open (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (then unreachable))
              (local.set $n (i32.const 1000))
              (loop $l
                (if (call $fd_filestat_set_size (i32.const 5) (i64.const 1)) (then unreachable))
                (if (call $fd_filestat_set_size (i32.const 5) (i64.const 0)) (then unreachable))
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
            """,
            "path_open", "fd_filestat_set_size"))!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
        Assert.InRange(outcome.FuelUsed, 16_384_000ul, Wat.Limits.Fuel);
    }

    [Theory]
    [InlineData(100_000, 70_000, 70_001)]
    [InlineData(70_000, 1, 69_999)]
    [InlineData(65_536, 65_535, 65_536)]
    [InlineData(65_537, 0, 65_537)]
    public void Bytes_cut_off_do_not_come_back(int size, int cut, int again)
    {
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            $"""
            (data (i32.const 0) "f")
            (func (export "_start")
              (drop (memory.grow (i32.const 3)))
              (memory.fill (i32.const 1024) (i32.const 1) (i32.const {size}))
              (if (call $path_open (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (then unreachable))
              (i32.store (i32.const 32) (i32.const 1024)) (i32.store (i32.const 36) (i32.const {size}))
              (if (call $fd_write (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48)) (then unreachable))
              (if (call $fd_filestat_set_size (i32.const 5) (i64.const {cut})) (then unreachable))
              (if (call $fd_filestat_set_size (i32.const 5) (i64.const {again})) (then unreachable)))
            """,
            "path_open", "fd_write", "fd_filestat_set_size"))!;
        byte[] expected = new byte[again];
        expected.AsSpan(0, cut).Fill(1);
        Assert.Equal(expected, outcome.Files[0].Content.ToArray());
    }

    [Fact]
    public void Memory_grows_to_the_limit_and_no_further()
    {
        // 64 pages are the limit: one is there, 63 more fit, and one beyond is refused without ending the app.
        SandboxOutcome outcome = Wat.Run(Wat.Module(
            "(if (i32.ne (memory.grow (i32.const 63)) (i32.const 1)) (then unreachable)) (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))"))!;
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
    }

    [Theory]
    [InlineData("memory", "(module (memory (export \"memory\") 65) (func (export \"_start\")))", OutcomeCode.Limit)]
    [InlineData("table", "(module (memory (export \"memory\") 1) (table 2000000 funcref) (func (export \"_start\")))", OutcomeCode.Limit)]
    [InlineData("stack", "(module (memory (export \"memory\") 1) (func $f (export \"_start\") (call $f)))", OutcomeCode.AppFailed)]
    [InlineData("start section spins", "(module (memory (export \"memory\") 1) (func $s (loop $l (br $l))) (start $s) (func (export \"_start\")))", OutcomeCode.Limit)]
    [InlineData("data outside memory", "(module (memory (export \"memory\") 1) (data (i32.const 65536) \"x\") (func (export \"_start\")))", OutcomeCode.AppFailed)]
    public void What_does_not_fit_ends_the_run(string what, string module, OutcomeCode code)
    {
        _ = what;
        Assert.Equal(code, Wat.Run(module)!.Code);
    }

    [Theory]
    [InlineData(0, OutcomeCode.Ok)]
    [InlineData(1, OutcomeCode.AppFailed)]
    [InlineData(-1, OutcomeCode.AppFailed)]
    public void Exit_codes_other_than_0_are_failures(int code, OutcomeCode outcome)
    {
        string module = $"(module (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32))) (memory (export \"memory\") 1) (func (export \"_start\") (call $exit (i32.const {code})) unreachable))";
        Assert.Equal(outcome, Wat.Run(module)!.Code);
    }

    [Fact]
    public void Too_many_files_are_refused_to_the_app()
    {
        // Names are one byte, counted up from 'A'; the 33rd file is refused with ENOSPC.
        string module = Wat.Module(
            """
            (func (export "_start") (local $n i32)
              (loop $l
                (i32.store8 (i32.const 0) (i32.add (local.get $n) (select (i32.const 65) (i32.const 71) (i32.lt_u (local.get $n) (i32.const 26)))))
                (if (i32.ne (call $path_open (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16))
                            (select (i32.const 0) (i32.const 51) (i32.lt_u (local.get $n) (i32.const 32)))) (then unreachable))
                (drop (call $fd_close (i32.load (i32.const 16))))
                (br_if $l (i32.le_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 32)))))
            """,
            "path_open", "fd_close");
        SandboxOutcome outcome = Wat.Run(module)!;
        Assert.Equal((OutcomeCode.Ok, 32), (outcome.Code, outcome.Files.Count));
    }
}
