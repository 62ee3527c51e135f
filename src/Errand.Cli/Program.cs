return await Errand.Cli.CommandLine.RunAsync(args, Errand.Cli.CliEnvironment.System).ConfigureAwait(false);
