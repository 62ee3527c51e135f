using System.CommandLine;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand app from-sql</c> and <c>from-python</c>: an app of a script, without a compiler.</summary>
internal sealed class FromScriptCommand
{
    /// <summary>Names the Python runtime's file.</summary>
    public const string PythonVariable = "ERRAND_PYTHON";

    private const string CacheVariable = "XDG_CACHE_HOME", PythonName = "python.wasm", FolderName = "guests";

    private readonly ScriptApp _app;
    private readonly Func<CommandContext, string> _runtime;
    private readonly string _next, _missing;
    private readonly Argument<string> _script;
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The app's file; the script's name with .wasm unless told. Must not exist.", HelpName = "FILE" };

    private FromScriptCommand(ScriptApp app, string script, Func<CommandContext, string> runtime, string next, string missing)
    {
        _app = app;
        _script = new Argument<string>("script") { Description = script };
        _runtime = runtime;
        _next = next;
        _missing = missing;
    }

    public static Command BuildSql(CommandRunner runner) => new FromScriptCommand(
        ScriptApp.Sql, "The SQL script, SQLite's dialect. Each SELECT leaves a CSV file.", _ => Path.Combine(AppContext.BaseDirectory, FolderName, "sql.wasm"), "--data NAME.csv=FILE",
        "Install errand again: the runtime lies beside it.").Build(runner, new CliCommand(
            "from-sql", "Make an app of an SQL script. In the enclave each CSV file of /data is a table, and each SQLite database a schema, named after the file up to its first dot; results leave as result.csv, result-2.csv …",
            "errand app from-sql by-year.sql", "errand app test by-year.wasm --data visits.csv=sample.csv"));

    public static Command BuildPython(CommandRunner runner) => new FromScriptCommand(
        ScriptApp.Python, "The Python script: CPython 3.11 with its standard library.", PythonRuntime, "--data NAME=FILE --log 10000",
        "Build it once, which takes two minutes: sh samples/guests/python/build.sh. Or name it in ERRAND_PYTHON.").Build(runner, new CliCommand(
            "from-python", "Make an app of a Python script. It runs as __main__ with the task's arguments in sys.argv, reads /data and writes /out; there is no network, process, thread, clock or package installer.",
            "errand app from-python means.py", "errand app test means.wasm --data visits.csv=sample.csv --arg visits.csv"));

    /// <summary>Where the Python runtime lies: the variable ERRAND_PYTHON, or where its build script puts it.</summary>
    public static string PythonRuntime(CommandContext context) => PythonRuntime(context.Environment.Variable, context.Environment.Home, context.Environment.At);

    internal static string PythonRuntime(Func<string, string?> variable, string home, Func<string, string> at) =>
        variable(PythonVariable) is { Length: > 0 } set ? at(set)
        : Path.Combine(variable(CacheVariable) is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache"), "errand", FolderName, PythonName);

    private CliCommand Build(CommandRunner runner, CliCommand command)
    {
        command.Add(_script);
        command.Add(_output);
        runner.Set(command, (context, _) => Task.FromResult(Run(context)));
        return command;
    }

    private ExitCode Run(CommandContext context)
    {
        string path = context.Path(_script);
        string named = context.Get(_output) ?? Path.ChangeExtension(context.Get(_script)!, ".wasm");
        string output = context.Environment.At(named);
        if (Path.Exists(output)) throw new ClientException(ClientError.FileExists, $"{output} exists.");
        byte[] script = Read(path, _app.ScriptSizeMax);
        if (!ScriptApp.IsScript(script) || script.Length == 0) throw new ClientException(ClientError.Usage, $"{path} is no text in UTF-8, or empty.", "Save the script as UTF-8.");
        string runtime = _runtime(context);
        if (!File.Exists(runtime)) throw new ClientException(ClientError.FileMissing, $"There is no runtime {runtime}.", _missing);
        byte[] app = _app.TryMake(Read(runtime, int.MaxValue), script)
            ?? throw new ClientException(ClientError.FileUnreadable, $"{runtime} is not the runtime.", _missing);
        try
        {
            using var file = new FileStream(output, FileMode.CreateNew, FileAccess.Write);
            file.Write(app);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{output} cannot be written.", fault);
        }
        context.Line($"app      {output}");
        context.Line($"next     errand app test {named} {_next}");
        return ExitCode.Ok;
    }

    private static byte[] Read(string path, int sizeMax)
    {
        if (!File.Exists(path)) throw new ClientException(ClientError.FileMissing, $"There is no file {path}.");
        try
        {
            if (new FileInfo(path).Length > sizeMax) throw new ClientException(ClientError.Usage, $"{path} has more than {sizeMax} bytes.", "Make the script shorter.");
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{path} cannot be read.", fault);
        }
    }
}
