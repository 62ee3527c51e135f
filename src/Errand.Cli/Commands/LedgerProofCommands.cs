using System.CommandLine;
using Errand.Client;
using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand ledger policy</c> and <c>judge</c>: whose signatures count, and whether a file proves that a ledger lied.</summary>
internal static class LedgerProofCommands
{
    public static Command BuildPolicy(CommandRunner runner)
    {
        Option<string> genesis = LedgerServeCommand.Genesis();
        var policy = new CliCommand("policy", "Print the ledger's and its witnesses' keys and their quorum as a C2SP tlog-policy, for public tools.", "errand ledger policy --genesis genesis.cbor") { genesis };
        runner.Set(policy, context =>
        {
            context.Output.Write(Quorum(context, context.Get(genesis)).ToPolicyText());
            return ExitCode.Ok;
        });
        return policy;
    }

    public static Command BuildJudge(CommandRunner runner)
    {
        Option<string> genesis = LedgerServeCommand.Genesis();
        var file = new Argument<string>("file") { Description = "What a node or a reader kept: ledger-….evidence." };
        var judge = new CliCommand(
            "judge", "Say whether a file proves, by the ledger's own signatures, that it showed two histories or broke its word. Needs no network.", "errand ledger judge ledger-fork-1a2b3c4d5e6f7081.evidence --genesis genesis.cbor") { file, genesis };
        runner.Set(judge, context => Judge(context, context.Path(file), context.Get(genesis)));
        return judge;
    }

    private static ExitCode Judge(CommandContext context, string path, string genesis)
    {
        VerifierKey log = Quorum(context, genesis).Log;
        if (new FileInfo(path) is { Exists: true, Length: > LedgerEvidence.SizeBytesMax } || !LedgerEvidence.TryDecode(File.ReadAllBytes(path), out LedgerEvidence? evidence))
            throw new ClientException(ClientError.FileUnreadable, $"{path} is no evidence about a ledger, or was changed.");
        bool proves = evidence.Proves(log);
        string[] sentences = proves ? Sentences(evidence) : ["It proves nothing against this network's ledger."];
        if (context.Json) context.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("proves", proves);
            json.WriteString("kind", evidence.Kind.ToString());
            json.WriteString("log", log.ToString());
            json.WriteEndObject();
        });
        else foreach (string sentence in sentences) context.Line(sentence);
        return proves ? ExitCode.Ok : ExitCode.Verification;
    }

    private static string[] Sentences(LedgerEvidence evidence)
    {
        string first = Over(evidence.Note);
        return evidence.Kind == LedgerEvidenceKind.Fork
            ? ["PROVEN: whoever holds the ledger's key signed two histories.", $"  one      {first}", $"  another  {Over(evidence.Other!)}, which does not continue it"]
            : ["PROVEN: whoever holds the ledger's key promised a place and gave it to another entry.", $"  promised position {evidence.Promise!.Position.Position} to leaf {evidence.Promise.Leaf}", $"  signed   {first}, with leaf {evidence.Leaf} there"];
    }

    private static string Over(SignedNote note) => Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint) ? $"{checkpoint.Size} entries, root {checkpoint.Root}" : "";

    private static WitnessQuorum Quorum(CommandContext context, string genesis)
    {
        Genesis read = LedgerServeCommand.ReadGenesis(File.ReadAllBytes(context.Environment.At(genesis)));
        return ServedLedgerOptions.QuorumOf(read);
    }
}
