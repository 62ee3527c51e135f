using System.CommandLine;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Builds the commands that data and apps share.</summary>
internal static class AssetCommands
{
    public static Command Seal(CommandRunner runner, AssetKind kind, string description, params string[] examples)
    {
        var seal = new CliCommand("seal", description, examples);
        var file = new Argument<string>("file") { Description = kind == AssetKind.Data ? "The clear file or folder; it is only read." : "The module; it is only read." };
        var output = new Option<string?>("--output", "-o") { Description = "Where the sealed file goes; else FILE.sealed.", HelpName = "FILE" };
        Option<int> workers = Workers();
        seal.Add(file);
        seal.Add(output);
        seal.Add(workers);
        runner.Set(seal, (context, cancellation) => Task.FromResult(AssetActions.Seal(context, kind, context.Path(file), context.Get(output), context.Get(workers), cancellation)));
        return seal;
    }

    public static Command Reseal(CommandRunner runner, string description, params string[] examples)
    {
        var reseal = new CliCommand("reseal", description, examples);
        var file = new Argument<string>("file") { Description = "The sealed file; it is only read." };
        var output = new Option<string>("--output", "-o") { Description = "Where the new sealed file goes; must not exist.", HelpName = "FILE", Required = true };
        Option<int> workers = Workers();
        reseal.Add(file);
        reseal.Add(output);
        reseal.Add(workers);
        runner.Set(reseal, (context, cancellation) =>
            Task.FromResult(AssetActions.Reseal(context, context.Path(file), context.Environment.At(context.Get(output)), context.Get(workers), cancellation)));
        return reseal;
    }

    public static Command Publish(CommandRunner runner, AssetKind kind, string placeOption, string placeDescription, string description, params string[] examples)
    {
        var publish = new CliCommand("publish", description, examples);
        var file = new Argument<string>("file") { Description = "The sealed file." };
        var policy = new Option<string>("--policy") { Description = "The policy file; check it first with: errand policy check FILE.", HelpName = "FILE", Required = true };
        var places = new Option<string[]>(placeOption) { Description = placeDescription, HelpName = "PLACE" };
        publish.Add(file);
        publish.Add(policy);
        publish.Add(places);
        runner.Set(publish, (context, cancellation) =>
            AssetActions.PublishAsync(context, kind, context.Path(file), context.Environment.At(context.Get(policy)), context.Get(places) ?? [], cancellation));
        return publish;
    }

    internal static Option<int> Workers()
    {
        var workers = new Option<int>("--workers") { Description = "Threads that work.", DefaultValueFactory = _ => 1, HelpName = "N" };
        workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 64) result.AddError("--workers is a number from 1 to 64.");
        });
        return workers;
    }
}
