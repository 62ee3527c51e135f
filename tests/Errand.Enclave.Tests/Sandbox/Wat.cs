namespace Errand.Enclave.Tests;

/// <summary>Modules in text form, and short ways to run them.</summary>
internal static class Wat
{
    public static readonly SandboxLimits Limits = new() { Fuel = 50_000_000, MemoryBytes = 4 << 20, OutputBytes = 100_000, LogBytes = 1000 };

    /// <summary>Every function of preview 1 with its type, as the interface defines it (p = any 32-bit value, l = 64-bit).</summary>
    public static readonly (string Name, string Parameters)[] Functions =
    [
        ("args_get", "pp"), ("args_sizes_get", "pp"), ("environ_get", "pp"), ("environ_sizes_get", "pp"), ("clock_res_get", "pp"),
        ("clock_time_get", "plp"), ("fd_advise", "pllp"), ("fd_allocate", "pll"), ("fd_close", "p"), ("fd_datasync", "p"), ("fd_fdstat_get", "pp"),
        ("fd_fdstat_set_flags", "pp"), ("fd_fdstat_set_rights", "pll"), ("fd_filestat_get", "pp"), ("fd_filestat_set_size", "pl"),
        ("fd_filestat_set_times", "pllp"), ("fd_pread", "ppplp"), ("fd_prestat_get", "pp"), ("fd_prestat_dir_name", "ppp"), ("fd_pwrite", "ppplp"),
        ("fd_read", "pppp"), ("fd_readdir", "ppplp"), ("fd_renumber", "pp"), ("fd_seek", "plpp"), ("fd_sync", "p"), ("fd_tell", "pp"),
        ("fd_write", "pppp"), ("path_create_directory", "ppp"), ("path_filestat_get", "ppppp"), ("path_filestat_set_times", "ppppllp"),
        ("path_link", "ppppppp"), ("path_open", "pppppllpp"), ("path_readlink", "pppppp"), ("path_remove_directory", "ppp"), ("path_rename", "pppppp"),
        ("path_symlink", "ppppp"), ("path_unlink_file", "ppp"), ("poll_oneoff", "pppp"), ("proc_raise", "p"), ("random_get", "pp"),
        ("sched_yield", ""), ("sock_accept", "ppp"), ("sock_recv", "pppppp"), ("sock_send", "ppppp"), ("sock_shutdown", "pp"),
    ];

    /// <summary>An import of a function by its type.</summary>
    public static string Import(string name)
    {
        string parameters = Functions.Single(function => function.Name == name).Parameters;
        IEnumerable<string> types = parameters.Select(kind => kind == 'l' ? "i64" : "i32");
        return $"(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {string.Join(' ', types)}) (result i32)))";
    }

    /// <summary>A module with one page of memory whose _start is <paramref name="body"/>; imports the functions named.</summary>
    public static string Module(string body, params string[] imports) =>
        $"(module {string.Concat(imports.Select(Import))} (memory (export \"memory\") 1) {(body.Contains("(func", StringComparison.Ordinal) ? body : $"(func (export \"_start\") {body})")})";

    public static SandboxOutcome? Run(string module, SandboxLimits? limits = null, SandboxFile[]? files = null, byte[]? randomKey = null) =>
        Run(Wasmtime.Module.ConvertText(module), limits, files, randomKey);

    public static SandboxOutcome? Run(byte[] module, SandboxLimits? limits = null, SandboxFile[]? files = null, byte[]? randomKey = null, params string[] arguments)
    {
        using var sandbox = new WasmSandbox();
        return sandbox.Run(module, new SandboxInputs(files ?? [], ["app", .. arguments], randomKey ?? new byte[32]), limits ?? Limits);
    }

    /// <summary>Runs one call and gives its error number: the app exits with trap unless it is the number expected.</summary>
    public static int Call(string name, string arguments, string before = "", string data = "", SandboxFile[]? files = null, params string[] imports) =>
        Call(name, arguments, before, data, new SandboxInputs(files ?? [], ["app"], new byte[32]), imports);

    /// <summary>The same over any inputs.</summary>
    public static int Call(string name, string arguments, string before, string data, SandboxInputs inputs, params string[] imports)
    {
        string[] all = [.. imports.Append(name).Append("fd_write").Distinct()];
        // The number goes to the log as one byte: stored at 60000, written through the vector at 60008.
        string module = Module(
            $"""
            {data}
            (func (export "_start") {before}
              (i32.store8 (i32.const 60000) (call ${name} {arguments}))
              (i32.store (i32.const 60008) (i32.const 60000)) (i32.store (i32.const 60012) (i32.const 1))
              (drop (call $fd_write (i32.const 1) (i32.const 60008) (i32.const 1) (i32.const 60016))))
            """,
            all);
        using var sandbox = new WasmSandbox();
        SandboxOutcome outcome = sandbox.Run(Wasmtime.Module.ConvertText(module), inputs, Limits)!;
        Assert.Equal(Errand.Protocol.OutcomeCode.Ok, outcome.Code);
        return outcome.Log.Span[^1];
    }
}
