using System.CommandLine;

namespace Errand.Cli;

/// <summary><c>errand fault</c>: who was charged with what, who is banned, and charging somebody.</summary>
internal static class FaultCommands
{
    public static Command Build(CommandRunner runner)
    {
        var fault = new CliCommand("fault", "See which verifiers were charged with faults or are banned, and charge one.");
        var list = new CliCommand("list", "List accusations, bans, and operators whose accusations were not upheld.", "errand fault list", "errand fault list --json");
        runner.Set(list, FaultActions.ListAsync);
        fault.Add(list);

        var show = new CliCommand("show", "Show an accusation and what its committee has found.", "errand fault show 4f1c9a");
        var id = new Argument<string>("id") { Description = "The id of the Fault entry, or its first digits." };
        show.Add(id);
        runner.Set(show, (context, cancellation) => FaultActions.ShowAsync(context, context.Get(id), cancellation));
        fault.Add(show);
        fault.Add(File(runner));
        return fault;
    }

    private static CliCommand File(CommandRunner runner)
    {
        var file = new CliCommand(
            "file", "Charge verifiers with what they signed, as a verifier. One that is not upheld costs a pause. Running verifiers do this by themselves.",
            "errand fault file --verdict 812 --verdict 815 --verifier verifier-1",
            "errand fault file --verdict 812 --charge appraisal-digest --verifier verifier-1");
        var verdict = new Option<long[]>("--verdict") { Description = "Ledger position of a verdict; once for each. Two that contradict each other prove a double vote.", HelpName = "POSITION", Required = true };
        var charge = new Option<string?>("--charge") { Description = "double-vote, wrong-finding or appraisal-digest; else double-vote for two verdicts of one verifier, and wrong-finding otherwise.", HelpName = "CHARGE" };
        var verifier = new Option<string?>("--verifier") { Description = "Sign as this verifier of the development network here or above; else with your key store.", HelpName = "NODE" };
        foreach (Option option in (Option[])[verdict, charge, verifier]) file.Add(option);
        runner.Set(file, (context, cancellation) => FaultFiling.RunAsync(context, context.Get(verdict), context.Get(charge), context.Get(verifier), cancellation));
        return file;
    }
}
