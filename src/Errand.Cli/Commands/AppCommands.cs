using System.CommandLine;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand app</c>: try an app, seal it and publish it.</summary>
internal static class AppCommands
{
    public static Command Build(CommandRunner runner)
    {
        var app = new CliCommand("app", "Try an app (a WASM module), seal it and publish it under a policy.");
        app.Add(AssetCommands.Seal(runner, "Seal an app; its content key goes into your key store.", "errand app seal risk-model.wasm"));
        app.Add(AssetCommands.Reseal(runner, "Seal a sealed app anew under a fresh content key.", "errand app reseal risk-model.wasm.sealed -o risk-model-2.sealed"));
        app.Add(AssetCommands.Publish(runner, AssetKind.App, "--url", "URL at which executors fetch the sealed file.", "Publish a sealed app under a policy.", "errand app publish risk-model.wasm.sealed --policy app.policy.json --url https://lab.example/risk-model.sealed"));
        app.Add(AppTestCommand.Build(runner));
        return app;
    }
}
