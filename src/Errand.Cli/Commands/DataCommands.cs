using System.CommandLine;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand data</c>: seal data, publish it, verify and open sealed files.</summary>
internal static class DataCommands
{
    public static Command Build(CommandRunner runner)
    {
        var data = new CliCommand("data", "Seal data and publish it under a policy. Only its description goes on the ledger; its ciphertext stays where it lies.");
        data.Add(AssetCommands.Seal(runner, AssetKind.Data, "Seal a data file, or a folder of files as one; its content key goes into your key store. A run that was interrupted goes on when the same command is given again.", "errand data seal cohort.csv", "errand data seal scans/", "errand data seal cohort.csv -o /srv/sealed/cohort.sealed --workers 2"));
        data.Add(AssetCommands.Publish(runner, AssetKind.Data, "--site", "Site at which the sealed file lies.", "Publish sealed data under a policy.", "errand data publish cohort.csv.sealed --policy cohort.policy.json --site hospital-campus"));

        var verify = new CliCommand("verify", "Read a sealed file, without any key, and give its content id.", "errand data verify cohort.csv.sealed");
        var file = new Argument<string>("file") { Description = "The sealed file." };
        var content = new Option<string?>("--content") { Description = "The content id it must have.", HelpName = "ID" };
        verify.Add(file);
        verify.Add(content);
        Option<int> workers = AssetCommands.Workers();
        verify.Add(workers);
        runner.Set(verify, (context, cancellation) => Task.FromResult(AssetActions.Verify(context, context.Path(file), context.Get(content), context.Get(workers), cancellation)));
        data.Add(verify);

        data.Add(AssetCommands.Reseal(runner, "Seal a sealed data file anew under a fresh content key; the clear text reaches no disk.", "errand data reseal cohort.csv.sealed -o cohort-2.csv.sealed --workers 2"));

        var open = new CliCommand("open", "Open a sealed file whose content key is in your key store.", "errand data open cohort.csv.sealed cohort.csv");
        var source = new Argument<string>("file") { Description = "The sealed file." };
        var target = new Argument<string>("clear-file") { Description = "Where the clear file or folder goes; must not exist." };
        open.Add(source);
        open.Add(target);
        runner.Set(open, (context, cancellation) => Task.FromResult(AssetActions.Open(context, context.Path(source), context.Path(target), cancellation)));
        data.Add(open);
        return data;
    }
}
