using System.CommandLine;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand app from-sql</c>: an app of a query, without a compiler.</summary>
internal sealed class FromSqlCommand
{
    private readonly Argument<string> _script = new("script") { Description = "The SQL script, SQLite's dialect. Each SELECT leaves a CSV file." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The app's file; the script's name with .wasm unless told. Must not exist.", HelpName = "FILE" };

    public static Command Build(CommandRunner runner)
    {
        var fromSql = new FromSqlCommand();
        var command = new CliCommand(
            "from-sql", "Make an app of an SQL script. In the enclave each CSV file of /data is a table, and each SQLite database a schema, named after the file up to its first dot; results leave as result.csv, result-2.csv …",
            "errand app from-sql by-year.sql", "errand app test by-year.wasm --data visits.csv=sample.csv");
        command.Add(fromSql._script);
        command.Add(fromSql._output);
        runner.Set(command, (context, _) => Task.FromResult(fromSql.Run(context)));
        return command;
    }

    private ExitCode Run(CommandContext context)
    {
        string path = context.Path(_script);
        string named = context.Get(_output) ?? Path.ChangeExtension(context.Get(_script)!, ".wasm");
        string output = context.Environment.At(named);
        if (Path.Exists(output)) throw new ClientException(ClientError.FileExists, $"{output} exists.");
        byte[] script = Read(path, SqlApp.ScriptSizeMax);
        if (!SqlApp.IsScript(script) || script.Length == 0) throw new ClientException(ClientError.Usage, $"{path} is no text in UTF-8, or empty.", "Save the script as UTF-8.");
        byte[] app = SqlApp.TryMake(Read(SqlApp.RuntimeFile, int.MaxValue), script)
            ?? throw new ClientException(ClientError.FileUnreadable, $"{SqlApp.RuntimeFile} is not the SQL runtime.", null);
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
        context.Line($"next     errand app test {named} --data NAME.csv=FILE");
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
