using System.CommandLine;

namespace Errand.Cli;

/// <summary><c>errand govern</c>: how those who hold governance keys change a network's terms.</summary>
internal static class GovernCommands
{
    public static Command Build(CommandRunner runner)
    {
        var govern = new CliCommand("govern", "Change a network's terms: propose, sign with as many keys as it takes, publish. A governance key is the identity of its key store.");
        var status = new CliCommand("status", "Say who governs, which terms are in force, and what waits for its epoch.", "errand govern status", "errand govern status --json");
        runner.Set(status, GovernActions.StatusAsync);
        govern.Add(status);

        var policy = new Argument<string>("policy") { Description = "A policy as errand evidence policy writes it, with SEV-SNP references and floors." };
        var changes = new CliCommand("changes", "Print the changes that add the reference values and set the floors of an evidence policy.", "errand govern changes mine.json > changes.json") { policy };
        runner.Set(changes, context => GovernActions.Changes(context, context.Path(policy)));
        govern.Add(changes);

        var file = new Argument<string>("changes") { Description = "An array of changes; docs/governance.md lists all kinds." };
        var epoch = new Option<long?>("--epoch") { Description = "The epoch at whose opening they take effect.", HelpName = "N" };
        var after = new Option<long?>("--after") { Description = "The same, so many epochs from now.", HelpName = "N" };
        var output = new Option<string>("--output", "-o") { Description = "Where the proposal goes.", HelpName = "FILE", Required = true };
        var propose = new CliCommand(
            "propose", "Make a proposal of changes, after asking whether the network could take them.", "errand govern propose changes.json --after 1000 -o proposal.json") { file, epoch, after, output };
        runner.Set(propose, (context, cancellation) => GovernActions.ProposeAsync(context, context.Path(file), context.Get(epoch), context.Get(after), context.Environment.At(context.Get(output)), cancellation));
        govern.Add(propose);

        var proposal = new Argument<string>("proposal") { Description = "A proposal." };
        var show = new CliCommand("show", "Say what a proposal changes and who has signed it. Needs no network.", "errand govern show proposal.json") { proposal };
        runner.Set(show, context => GovernActions.Show(context, context.Path(proposal)));
        govern.Add(show);

        var sign = new CliCommand("sign", "Add your signature to a proposal. Needs no network: the machine with the key may be offline.", "errand govern sign proposal.json --keys usb/keys") { proposal };
        runner.Set(sign, context => GovernActions.Sign(context, context.Path(proposal)));
        govern.Add(sign);

        var copies = new Argument<string[]>("proposals") { Description = "Copies of one proposal, each with its signatures.", Arity = ArgumentArity.OneOrMore };
        var publish = new CliCommand(
            "publish", "Put the signatures of copies together and append the entry. Who appends it need not govern.", "errand govern publish from-a.json from-b.json") { copies };
        runner.Set(publish, (context, cancellation) => GovernActions.PublishAsync(context, context.Get(copies), cancellation));
        govern.Add(publish);
        return govern;
    }
}
