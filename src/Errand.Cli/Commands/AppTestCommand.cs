using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Errand.Client;
using Errand.Enclave;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand app test</c>: an app over clear sample data, in the sandbox and under the limits of an enclave.</summary>
internal sealed class AppTestCommand
{
    private const int RandomKeySize = 32;

    private readonly Argument<string> _module = new("module") { Description = "The app: a WebAssembly module, not sealed." };
    private readonly Option<string[]> _data = new("--data") { Description = "A clear file or folder and the name under which the app finds it: /data/NAME. May stand several times.", HelpName = "NAME=FILE" };
    private readonly Option<string[]> _arguments = new("--arg") { Description = "An argument of the app. May stand several times.", HelpName = "TEXT" };
    private readonly Option<string?> _save = new("--save") { Description = "Folder for the output files; must not exist.", HelpName = "FOLDER" };
    private readonly Option<bool> _stream = new("--stream") { Description = "Give the app all its data as if it were too large for an enclave's memory: to be read in order, in --passes passes." };
    private readonly Option<string[]> _shapes = new("--shape") { Description = "A shape file of a data owner, that what leaves must keep to. May stand several times: all must hold.", HelpName = "FILE" };
    private readonly LimitOptions _limits = new();

    public static Command Build(CommandRunner runner)
    {
        var test = new AppTestCommand();
        var command = new CliCommand(
            "test", "Run an app here over clear sample data, in the same sandbox and under the same limits as in an enclave, and show what would leave. Needs no network and no keys.",
            "errand app test risk-model.wasm --data table=sample.csv --arg table", "errand app test risk-model.wasm --data table=sample.csv --log 4096 --save out",
            "errand app test counts.wasm --data table=sample.csv --arg table --shape counts.shape.json");
        command.Add(test._module);
        foreach (Option option in (IEnumerable<Option>)[test._data, test._arguments, test._save, test._stream, test._shapes, .. test._limits.All]) command.Add(option);
        runner.Set(command, (context, _) => Task.FromResult(test.Run(context)));
        return command;
    }

    private ExitCode Run(CommandContext context)
    {
        TaskLimits limits = _limits.ReadForEnclave(context);
        OutputShape[] shapes = [.. (context.Get(_shapes) ?? []).Select(file => OutputShapeFile.Load(context.Environment.At(file)))];
        if (shapes.Length > 0 && limits.LogBytes > 0) throw new ClientException(ClientError.Usage, "--log does not go with --shape: a log would let out what a shape keeps in.", "Leave out one of them.");
        string? save = context.Get(_save) is { } folder ? context.Environment.At(folder) : null;
        if (save is not null && Path.Exists(save)) throw new ClientException(ClientError.FileExists, $"{save} exists.");
        long left = EnclaveLimits.InputBytesMax;
        string app = context.Path(_module);
        if (!EnclaveLimits.TryHold(SizeOf(app), ref left)) throw new ClientException(ClientError.Usage, $"The app is larger than the {EnclaveLimits.InputBytesMax} bytes that an enclave holds.", "Make it smaller.");
        byte[] module = Read(app);
        var files = new List<SandboxFile>();
        var folders = new List<SandboxFolder>();
        var streamed = new List<(string Name, string Path)>();
        foreach (string text in context.Get(_data) ?? [])
        {
            (string name, string path) = ParseData(context, text, [.. files.Select(file => file.Name), .. folders.Select(folder => folder.Name), .. streamed.Select(file => file.Name)]);
            using Stream clear = AssetSealer.OpenClear(path, out FolderIndex? index);
            if (context.Get(_stream) || !EnclaveLimits.TryHold(clear.Length, ref left))
            {
                streamed.Add((name, path));
                continue;
            }
            byte[] content = Read(clear, path);
            if (index is null) files.Add(new SandboxFile(name, content));
            else folders.Add(new SandboxFolder(name, index, content.AsMemory(content.Length - (int)index.ContentBytes)));
        }
        using FileTape? tape = streamed.Count > 0 ? new FileTape(streamed, limits.Passes) : null;

        // A fixed key: two tests of the same app over the same data give the same bytes. In a task it comes from the content keys.
        var inputs = new SandboxInputs(files, ["app", .. context.Get(_arguments) ?? []], new byte[RandomKeySize]) { Folders = folders, Tape = tape };
        var bounds = new SandboxLimits { Fuel = limits.Fuel, MemoryBytes = limits.MemoryBytes, OutputBytes = limits.OutputBytes, LogBytes = (int)limits.LogBytes };
        using var sandbox = new WasmSandbox();
        SandboxOutcome outcome = Run(sandbox, module, inputs, bounds)
            ?? throw new ClientException(ClientError.Usage, $"{context.Get(_module)} is no module that an enclave runs: an attempt would end with abort/wasm-profile.", "It must be a WebAssembly 2.0 module that exports memory and _start and imports only from wasi_snapshot_preview1.");
        IReadOnlyList<RefusalNote> notes = [];
        if (outcome.Code == OutcomeCode.Ok && shapes.Length > 0) outcome = Judge(shapes, outcome, out notes);
        Print(context, outcome, notes, Leaves(outcome, limits.PaddingBytes));
        if (save is not null) Save(outcome, save);
        return outcome.Code == OutcomeCode.Ok ? ExitCode.Ok : ExitCode.Failed;
    }

    private static SandboxOutcome? Run(WasmSandbox sandbox, byte[] module, SandboxInputs inputs, SandboxLimits bounds)
    {
        try
        {
            return sandbox.Run(module, inputs, bounds);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, "A data file cannot be read.", fault);
        }
    }

    // As the enclave does: see OutputGate.
    private static SandboxOutcome Judge(OutputShape[] shapes, SandboxOutcome outcome, out IReadOnlyList<RefusalNote> notes)
    {
        ShapeFault?[] faults = [.. shapes.Select(shape => ShapeGate.Check(shape, outcome.Files))];
        notes = [];
        if (Array.TrueForAll(faults, fault => fault is null)) return outcome with { Files = ShapeGate.Normalize(shapes[0], outcome.Files) };
        notes = [.. faults.Select(fault => ShapeGate.Note(fault, outcome.Files))];
        return outcome with { Code = OutcomeCode.Refused, Files = [], Log = default };
    }

    private static (string Name, string Path) ParseData(CommandContext context, string text, IReadOnlyCollection<string> before)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals > 0 ? text[..equals] : "";
        if (!ResultFile.IsName(name) || before.Contains(name))
            throw new ClientException(ClientError.Usage, $"--data is NAME=FILE with a name of its own, not \"{text}\".", "A name has 1 to 64 letters, digits, dots, hyphens or underscores.");
        return (name, context.Environment.At(text[(equals + 1)..]));
    }

    private static long SizeOf(string path)
    {
        if (!File.Exists(path)) throw new ClientException(ClientError.FileMissing, $"There is no file {path}.");
        return new FileInfo(path).Length;
    }

    private static byte[] Read(Stream clear, string path)
    {
        try
        {
            var content = new byte[clear.Length];
            clear.ReadExactly(content);
            return content;
        }
        catch (IOException fault)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{path} cannot be read.", fault);
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{path} cannot be read.", fault);
        }
    }

    // The bytes that the output gate would seal: files, log and framing, padded.
    private static int Leaves(SandboxOutcome outcome, long padding)
    {
        byte[] package = new ResultPackage([.. outcome.Files.Select(file => new ResultFile(file.Name, file.Content))], outcome.Log).EncodePadded(padding);
        CryptographicOperations.ZeroMemory(package);
        return package.Length;
    }

    private static void Print(CommandContext context, SandboxOutcome outcome, IReadOnlyList<RefusalNote> notes, int leaves)
    {
        // What an app wrote may hold what a terminal obeys.
        string log = string.Concat(Encoding.UTF8.GetString(outcome.Log.Span).Select(letter => char.IsControl(letter) && letter is not ('\n' or '\t') ? '\uFFFD' : letter));
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("outcome", TaskWords.Code(outcome.Code));
                json.WriteNumber("fuel", outcome.FuelUsed);
                json.WriteNumber("leavesBytes", leaves);
                json.WriteStartArray("files");
                foreach (SandboxFile file in outcome.Files)
                {
                    json.WriteStartObject();
                    json.WriteString("name", file.Name);
                    json.WriteNumber("bytes", file.Content.Length);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteString("log", log);
                json.WriteStartArray("notes");
                foreach (RefusalNote note in notes) NotePrinter.Write(json, note);
                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }
        context.Line($"outcome  {TaskWords.Code(outcome.Code)}   public");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"fuel     {outcome.FuelUsed:N0}   stays in the enclave"));
        foreach (SandboxFile file in outcome.Files) context.Line(string.Create(CultureInfo.InvariantCulture, $"file     {file.Name}, {file.Content.Length:N0} bytes   to the recipients"));
        context.Line(string.Create(CultureInfo.InvariantCulture, $"log      {outcome.Log.Length:N0} bytes   to the recipients"));
        foreach (string line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries)) context.Line($"         {line}");
        foreach (RefusalNote note in notes) NotePrinter.Print(context, note);
        context.Line(string.Create(CultureInfo.InvariantCulture, $"leaves   {leaves:N0} bytes with framing and padding, before sealing; all of it sealed to the recipients"));
    }

    private static void Save(SandboxOutcome outcome, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            // Names are harmless: the sandbox takes no others.
            foreach (SandboxFile file in outcome.Files) File.WriteAllBytes(Path.Combine(folder, file.Name), file.Content.Span);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{folder} cannot be written.", fault);
        }
    }
}
