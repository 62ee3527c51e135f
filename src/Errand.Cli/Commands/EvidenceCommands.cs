using System.CommandLine;
using Errand.Attestation;

namespace Errand.Cli;

/// <summary><c>errand evidence</c>: look at attestation evidence of any machine, verify and appraise it. Needs no network.</summary>
internal static class EvidenceCommands
{
    public static Command Build(CommandRunner runner)
    {
        var evidence = new CliCommand("evidence", "Show, verify and appraise attestation evidence: SEV-SNP, TDX, SGX, Nitro, TPM.");
        evidence.Add(Show(runner));
        evidence.Add(Verify(runner));
        evidence.Add(Policy(runner));
        return evidence;
    }

    private static CliCommand Show(CommandRunner runner)
    {
        var show = new CliCommand("show", "Say what files are and what they say. Verifies nothing.", "errand evidence show report.bin", "errand evidence show quote.msg ak.pub eventlog.bin --json");
        Argument<string[]> files = Files();
        Option<string[]> roles = Roles();
        show.Add(files);
        show.Add(roles);
        runner.Set(show, context => EvidenceShow.Run(context, EvidenceFiles.Read(context, context.Get(files), context.Get(roles))));
        return show;
    }

    private static CliCommand Verify(CommandRunner runner)
    {
        var verify = new CliCommand(
            "verify", "Verify that evidence is authentic and, under a policy, acceptable: check by check, with what to do about each that fails.",
            "errand evidence verify report.bin vcek.der chain.pem", "errand evidence verify quote.bin --collateral intel/ --policy mine.json --nonce 4f1c…", "errand evidence verify document.cbor --at 2025-12-26T05:00:00Z --json");
        Argument<string[]> files = Files();
        Option<string[]> roles = Roles();
        var options = new EvidenceVerifyOptions();
        verify.Add(files);
        verify.Add(roles);
        foreach (Option option in options.All) verify.Add(option);
        runner.Set(verify, context => EvidenceVerify.Run(context, EvidenceFiles.Read(context, context.Get(files), context.Get(roles)), options));
        return verify;
    }

    private static CliCommand Policy(CommandRunner runner)
    {
        var policy = new CliCommand(
            "policy", "Write a policy file to start from: empty for a kind, or with the values of evidence at hand.",
            "errand evidence policy --kind sev-snp > mine.json", "errand evidence policy --from report.bin --from vcek.der --from chain.pem > mine.json");
        var kind = new Option<string?>("--kind") { Description = "A policy of this kind that accepts nothing yet, with explanations.", HelpName = "KIND" };
        kind.AcceptOnlyFromAmong([.. EvidenceKinds.All.Where(known => known != EvidenceKind.EventLog).Select(known => known.ToCode())]);
        var from = new Option<string[]>("--from") { Description = "A policy that accepts this very evidence, to be reviewed.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        Option<string[]> roles = Roles();
        var options = new EvidenceVerifyOptions();
        foreach (Option option in new Option[] { kind, from, roles, options.Collateral, options.At, options.Root }) policy.Add(option);
        runner.Set(policy, context => EvidencePolicy.Run(context, context.Get(kind), context.Get(from), context.Get(roles), options));
        return policy;
    }

    private static Argument<string[]> Files() => new("files") { Description = "Files of one piece of evidence, in any order: they are recognised by their content.", Arity = ArgumentArity.ZeroOrMore };

    private static Option<string[]> Roles() => new("--role") { Description = "Say what a file is where its content does not.", HelpName = "ROLE=FILE" };
}
