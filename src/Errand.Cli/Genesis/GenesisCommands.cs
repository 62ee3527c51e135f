using System.CommandLine;
using Errand.Client;
using Errand.Node;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand genesis</c>: make the document that a network begins with, and read one.</summary>
internal static class GenesisCommands
{
    public static Command Build(CommandRunner runner)
    {
        var genesis = new CliCommand("genesis", "Make the document that a network begins with, and read one. Its SHA-256 is the network's id.");
        genesis.Add(Make(runner));
        genesis.Add(Show(runner));
        return genesis;
    }

    private static CliCommand Make(CommandRunner runner)
    {
        var file = new Argument<string>("file") { Description = "The network as JSON: what show prints, with your values." };
        var output = new Option<string>("--output", "-o") { Description = "Where the document goes; must not exist.", HelpName = "FILE", DefaultValueFactory = _ => "genesis.cbor" };
        var images = new Option<string[]>("--image") { Description = "Add the reference values of a signed image measure. May stand several times.", HelpName = "FILE" };
        var keys = new Option<string[]>("--image-key") { Description = "A key that image measures are signed with, as measure --sign prints it. May stand several times.", HelpName = "VKEY" };
        var make = new CliCommand("make", "Make a genesis of a JSON file, checked whole.",
            "errand genesis show .errand/devnet/genesis.cbor > mine.json", "errand genesis make mine.json -o genesis.cbor", "errand genesis make mine.json --image image.note --image-key example.org/images+1b2c3d4e+AQ…") { file };
        foreach (Option option in new Option[] { output, images, keys }) make.Add(option);
        runner.Set(make, context =>
        {
            Genesis genesis = GenesisJson.Read(CommandContext.ReadBounded(context.Path(file), GenesisJson.FileSizeMax));
            foreach (string image in context.Get(images) ?? []) genesis = ImageNote.Add(genesis, CommandContext.ReadBounded(context.Environment.At(image), ImageNote.SizeMax), context.Get(keys) ?? [], image);
            try
            {
                NetworkPolicy.RequireReadable(NetworkTerms.Of(genesis), []);
            }
            catch (ArgumentException unknown)
            {
                throw new ClientException(ClientError.GenesisFile, $"No verifier of this network could appraise anything: {unknown.Message}", "Make tuples with errand image measure or errand govern changes.", unknown);
            }
            byte[] document = genesis.Encode();
            string to = context.Environment.At(context.Get(output));
            if (Path.Exists(to)) throw new ClientException(ClientError.FileExists, $"{to} exists.");
            try
            {
                File.WriteAllBytes(to, document);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new ClientException(ClientError.FileUnreadable, $"{to} cannot be written: {fault.Message}", fault);
            }
            Print(context, genesis, to);
            return ExitCode.Ok;
        });
        return make;
    }

    private static CliCommand Show(CommandRunner runner)
    {
        var file = new Argument<string>("file") { Description = "A genesis document." };
        var show = new CliCommand("show", "Print a genesis as JSON, from which make gives the same bytes.", "errand genesis show genesis.cbor") { file };
        runner.Set(show, context =>
        {
            Genesis genesis = LedgerServeCommand.ReadGenesis(CommandContext.ReadBounded(context.Path(file), GenesisJson.FileSizeMax));
            context.WriteJson(json => GenesisJson.Write(json, genesis));
            return ExitCode.Ok;
        });
        return show;
    }

    private static void Print(CommandContext context, Genesis genesis, string file)
    {
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("network", genesis.NetworkId().ToString());
                json.WriteBoolean("development", genesis.Development);
                json.WriteString("file", file);
                json.WriteEndObject();
            });
            return;
        }
        if (genesis.Development) context.Line(Flags.Development);
        context.Line($"network   {genesis.NetworkId()}");
        context.Line($"founders  {genesis.FoundingVerifiers.Length} verifiers of {genesis.Operators.Length} operators; {genesis.ReferenceValues.Length} reference values");
        context.Line($"file      {file}");
    }
}
