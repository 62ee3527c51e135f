namespace Errand.Cli.Tests;

/// <summary>Apps made of Python scripts. Those that run need the runtime, which samples/guests/python/build.sh makes; elsewhere they are skipped.</summary>
public sealed class PythonAppTests : IDisposable
{
    private readonly CliFolder _cli = new();

    private static string Runtime => FromScriptCommand.PythonRuntime(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.GetFullPath);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Sample_gives_means_of_groups_held_and_streamed()
    {
        Need();
        string rows = string.Concat(Enumerable.Range(0, 30).Select(i => $"{(i % 2 == 0 ? "north" : "south")},{i}\n")) + "west,5\nnorth,none\n";
        _cli.Write("v.csv", "ward,cost\n" + rows);
        Make(Path.Combine(Errand.Tests.Vectors.Repository(), "samples", "guests", "python", "means.py"));
        foreach (string[] how in (string[][])[["--save", "held"], ["--stream", "--save", "streamed"]])
        {
            CliResult result = _cli.Run(["app", "test", "app.wasm", "--data", "v.csv=v.csv", "--arg", "v.csv", "--arg", "ward", "--arg", "cost", "--log", "10000", .. how]);
            Assert.True(result.Exit == 0, result.Output + result.Error);
            Assert.Equal("group,rows,mean,deviation\nnorth,15,14,8.94427\nsouth,15,15,8.94427\n(small groups),1,,\n(no number),1,,\n", File.ReadAllText(_cli.In($"{how[^1]}/means.csv")));
        }
    }

    [Fact]
    public void What_a_script_may_want_is_there_what_it_may_not_is_not_and_every_run_is_the_same()
    {
        Need();
        _cli.Write("s.py", """
            import collections, csv, dataclasses, datetime, decimal, fractions, functools, glob, hashlib, heapq, itertools, json, math, os, pathlib, random, re, statistics, struct, time, typing
            def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
            said = [random.random(), time.time(), len(os.environ), hash("a"), sorted(set("errand"))]
            for what in (lambda: open("/etc/passwd"), lambda: open("/data/d", "w"), lambda: __import__("socket"), lambda: __import__("subprocess"), lambda: __import__("ctypes"),
                         lambda: deep(10_000), lambda: json.loads("[" * 100_000), lambda: eval("(" * 1000 + ")" * 1000), lambda: functools.reduce(lambda a, _: [a], range(100_000), []).__repr__()):
                try: said.append(str(what()))
                except Exception as fault: said.append(type(fault).__name__)
            said.append(str(decimal.Decimal(1) / 3)[:6])
            json.dump(said, open("/out/said.json", "w"))
            """);
        Make("s.py");
        _cli.Write("d", "x");
        string[] said = [.. Enumerable.Range(0, 2).Select(i =>
        {
            CliResult result = _cli.Run("app", "test", "app.wasm", "--data", "d=d", "--log", "10000", "--save", $"out{i}");
            Assert.True(result.Exit == 0, result.Output + result.Error);
            return File.ReadAllText(_cli.In($"out{i}/said.json"));
        })];
        Assert.Equal(said[0], said[1]);
        Assert.EndsWith("""
            "PermissionError", "OSError", "ModuleNotFoundError", "ModuleNotFoundError", "ModuleNotFoundError", "RecursionError", "RecursionError", "MemoryError", "RecursionError", "0.3333"]
            """.Trim(), said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Exception_that_nobody_catches_fails_the_app_and_is_said_in_the_log()
    {
        Need();
        _cli.Write("s.py", "def f():\n    return 1 / 0\nf()\n");
        Make("s.py");
        CliResult result = _cli.Run("app", "test", "app.wasm", "--log", "10000");
        Assert.Equal(1, result.Exit);
        Assert.Contains("outcome  app-failed", result.Output, StringComparison.Ordinal);
        Assert.Contains("File \"app.py\", line 2, in f", result.Output, StringComparison.Ordinal);
        Assert.Contains("ZeroDivisionError", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void New_project_runs()
    {
        Assert.Equal(0, _cli.Run("app", "new", "project", "--lang", "python").Exit);
        Need();
        Make("project/main.py");
        _cli.Write("a.txt", "1\n2\n");
        Assert.Equal(0, _cli.Run("app", "test", "app.wasm", "--data", "a=a.txt", "--arg", "a", "--save", "out").Exit);
        Assert.Equal("file,lines\na,2\n", File.ReadAllText(_cli.In("out/result.csv")));
    }

    [Fact]
    public void What_is_no_script_or_no_runtime_is_told()
    {
        _cli.Write("s.py", "print(1)\n");
        CliResult missing = _cli.Run("app", "from-python", "s.py");
        Assert.Contains("[file/missing]", missing.Error, StringComparison.Ordinal);
        Assert.Contains("samples/guests/python/build.sh", missing.Error, StringComparison.Ordinal);
        _cli.Write("python.wasm", "something else");
        _cli.Variables[FromScriptCommand.PythonVariable] = "python.wasm";
        Assert.Contains("[file/unreadable]", _cli.Run("app", "from-python", "s.py").Error, StringComparison.Ordinal);
        Assert.Contains("[file/missing]", _cli.Run("app", "from-python", "none.py").Error, StringComparison.Ordinal);
        _cli.Write("long.py", new string(' ', ScriptApp.Python.ScriptSizeMax + 1));
        Assert.Contains("[cli/usage]", _cli.Run("app", "from-python", "long.py").Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.In("s.wasm")));
    }

    private static void Need() => Assert.SkipUnless(File.Exists(Runtime), $"There is no Python runtime {Runtime} (samples/guests/python/build.sh makes it in two minutes).");

    private void Make(string script)
    {
        _cli.Variables[FromScriptCommand.PythonVariable] = Runtime;
        CliResult made = _cli.Run("app", "from-python", script, "-o", "app.wasm");
        Assert.True(made.Exit == 0, made.Error);
    }
}
