using System.CommandLine;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand app</c>: make an app, try it, seal it and publish it.</summary>
internal static class AppCommands
{
    public static Command Build(CommandRunner runner)
    {
        var app = new CliCommand("app", "Make, try, seal and publish an app (a WASM module).");
        app.Add(AssetCommands.Seal(runner, AssetKind.App, "Seal an app; its content key goes into your key store.", "errand app seal risk-model.wasm"));
        app.Add(AssetCommands.Reseal(runner, "Seal a sealed app anew under a fresh content key.", "errand app reseal risk-model.wasm.sealed -o risk-model-2.sealed"));
        app.Add(AssetCommands.Publish(runner, AssetKind.App, "--url", "URL at which executors fetch the sealed file.", "Publish a sealed app under a policy.", "errand app publish risk-model.wasm.sealed --policy app.policy.json --url https://lab.example/risk-model.sealed"));
        app.Add(AppNewCommand.Build(runner));
        app.Add(AppTestCommand.Build(runner));
        app.Add(FromScriptCommand.BuildSql(runner));
        app.Add(FromScriptCommand.BuildPython(runner));
        return app;
    }
}
