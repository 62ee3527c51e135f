using CsCheck;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class ProfileTests
{
    private const string Start = "(func (export \"_start\"))";
    private const string Memory = "(memory (export \"memory\") 1)";

    [Theory]
    [InlineData("(module (memory (export \"memory\") 1 2 shared) (func (export \"_start\")))")]
    [InlineData("(module (memory (export \"memory\") 1) (func (export \"_start\") (drop (i32.atomic.load (i32.const 0)))))")]
    [InlineData("(module (memory (export \"memory\") 1) (func (export \"_start\") (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))))")]
    public void T_99_threads_and_relaxed_simd_are_refused(string module) => Assert.Null(Wat.Run(module));

    [Theory]
    [InlineData("memory64", "(module (memory (export \"memory\") i64 1) " + Start + ")")]
    [InlineData("two memories", "(module " + Memory + " (memory 1) " + Start + ")")]
    [InlineData("tail call", "(module " + Memory + " (func $f (export \"_start\") return_call $f))")]
    [InlineData("exception", "(module " + Memory + " (tag $t) (func (export \"_start\") (throw $t)))")]
    [InlineData("struct", "(module " + Memory + " (type $s (struct (field i32))) (func (export \"_start\") (drop (struct.new $s (i32.const 1)))))")]
    [InlineData("wide arithmetic", "(module " + Memory + " (func (export \"_start\") (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) i64.add128 drop drop))")]
    [InlineData("typed reference", "(module " + Memory + " (type $f (func)) (func (export \"_start\")) (func (param (ref $f))))")]
    public void Proposals_outside_the_profile_are_refused(string what, string module)
    {
        _ = what;
        Assert.Null(Wat.Run(module));
    }

    [Theory]
    [InlineData("no memory", "(module " + Start + ")")]
    [InlineData("memory of another name", "(module (memory (export \"mem\") 1) " + Start + ")")]
    [InlineData("memory exported twice", "(module (memory $m 1) (export \"memory\" (memory $m)) (export \"more\" (memory $m)) " + Start + ")")]
    [InlineData("memory not exported", "(module (memory 1) " + Start + ")")]
    [InlineData("memory imported", "(module (import \"wasi_snapshot_preview1\" \"memory\" (memory 1)) (export \"memory\" (memory 0)) " + Start + ")")]
    [InlineData("no start", "(module " + Memory + ")")]
    [InlineData("start with a parameter", "(module " + Memory + " (func (export \"_start\") (param i32)))")]
    [InlineData("start with a result", "(module " + Memory + " (func (export \"_start\") (result i32) (i32.const 0)))")]
    [InlineData("start is a global", "(module " + Memory + " (global (export \"_start\") i32 (i32.const 0)))")]
    [InlineData("global imported", "(module (import \"wasi_snapshot_preview1\" \"g\" (global i32)) " + Memory + Start + ")")]
    [InlineData("table imported", "(module (import \"wasi_snapshot_preview1\" \"t\" (table 1 funcref)) " + Memory + Start + ")")]
    [InlineData("other module", "(module (import \"env\" \"sched_yield\" (func (result i32))) " + Memory + Start + ")")]
    [InlineData("other version", "(module (import \"wasi_unstable\" \"sched_yield\" (func (result i32))) " + Memory + Start + ")")]
    [InlineData("unknown function", "(module (import \"wasi_snapshot_preview1\" \"sock_open\" (func (result i32))) " + Memory + Start + ")")]
    [InlineData("other result", "(module (import \"wasi_snapshot_preview1\" \"sched_yield\" (func)) " + Memory + Start + ")")]
    [InlineData("other parameter", "(module (import \"wasi_snapshot_preview1\" \"fd_close\" (func (param i64) (result i32))) " + Memory + Start + ")")]
    public void Imports_and_exports_outside_the_profile_are_refused(string what, string module)
    {
        _ = what;
        Assert.Null(Wat.Run(module));
    }

    [Fact]
    public void Every_function_of_preview_1_can_be_imported()
    {
        string module = Wat.Module("", [.. Wat.Functions.Select(function => function.Name)]);
        Assert.Equal(OutcomeCode.Ok, Wat.Run(module)!.Code);
    }

    [Fact]
    public void Text_modules_are_refused()
    {
        Assert.Null(Wat.Run("(module (memory (export \"memory\") 1) (func (export \"_start\")))"u8.ToArray()));
        Assert.Null(Wat.Run([]));
    }

    [Fact]
    public void Components_are_refused() => Assert.Null(Wat.Run([0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00]));

    [Fact]
    public void Altered_modules_are_refused_or_run_within_limits()
    {
        byte[] good = Samples.Module("cheat");
        using var sandbox = new WasmSandbox();
        Gen.Select(Gen.Int[8, good.Length - 1], Gen.Byte, Gen.Bool).Sample(
            change =>
            {
                (int at, byte value, bool cut) = change;
                byte[] bad = cut ? good[..at] : [.. good];
                if (!cut) bad[at] = value;
                // Neither an exception nor a hang: a value in every case.
                SandboxOutcome? outcome = sandbox.Run(bad, new SandboxInputs([], ["app"], new byte[32]), Wat.Limits);
                return outcome is null || Enum.IsDefined(outcome.Code);
            },
            iter: 60, threads: 1);
    }
}
