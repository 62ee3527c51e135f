using Errand.Client;
using Errand.Ledger;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Charges verifiers with verdicts that stand on the ledger.</summary>
internal static class FaultFiling
{
    public static async Task<ExitCode> RunAsync(CommandContext context, long[] positions, string? charge, string? verifier, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        if (positions.Length > ProtocolLimits.ExhibitsMax) throw Usage($"At most {ProtocolLimits.ExhibitsMax} verdicts go into one accusation.", "Charge the others in a second one.");
        var exhibits = new List<Exhibit>();
        var frames = new SortedDictionary<PublicKey, ReadOnlyMemory<byte>>();
        var ordered = new List<ReadOnlyMemory<byte>>();
        foreach (long position in positions)
        {
            LedgerEntry entry = await ReadAsync(client, position, cancellation).ConfigureAwait(false);
            Exhibit exhibit = Exhibit.TryRead(client.Network, ProtocolLimits.RulesVersion, entry.Bytes.Span) ?? throw Usage($"Entry {position} is no verdict.", "Name the positions of verdicts.");
            exhibits.Add(exhibit);
            ordered.Add(entry.Bytes);
            frames[exhibit.Signer] = entry.Bytes;
        }
        FaultCharge meant = Charge(charge, exhibits);
        FaultEntry fault = meant == FaultCharge.DoubleVote
            ? new FaultEntry { Charge = meant, Exhibits = [.. ordered] }
            : await WithEvidenceAsync(client, new FaultEntry { Charge = meant, Exhibits = [.. frames.Values] }, exhibits[0].Verdict, positions[0], cancellation).ConfigureAwait(false);
        using KeyStore store = Open(context, verifier);
        using Identity self = Identity.Load(store);
        EntryOutcome outcome = await client.MustPublishAsync(self.Key, fault, cancellation).ConfigureAwait(false);
        Print(context, client, fault, outcome);
        return ExitCode.Ok;
    }

    private static FaultCharge Charge(string? named, List<Exhibit> exhibits)
    {
        if (named is null) return exhibits.Count == 2 && exhibits[0].Signer == exhibits[1].Signer ? FaultCharge.DoubleVote : FaultCharge.WrongFinding;
        foreach (FaultCharge charge in Enum.GetValues<FaultCharge>())
            if (charge != FaultCharge.None && charge.Code() == named) return charge;
        throw Usage($"\"{named}\" is no charge.", "It is double-vote, wrong-finding or appraisal-digest.");
    }

    // Whose evidence it is, and where it stands: a task's is in the state; an offer is looked for before the verdict.
    private static async Task<FaultEntry> WithEvidenceAsync(ErrandClient client, FaultEntry fault, VerdictEntry verdict, long before, CancellationToken cancellation)
    {
        if (verdict.Role == CommitteeRole.Task && client.State.Tasks.TryGetValue(new TaskId(verdict.CaseId), out TaskState? task) && verdict.Attempt >= 1 && verdict.Attempt <= task.Attempts.Count)
        {
            AttemptState attempt = task.Attempts[verdict.Attempt - 1];
            return fault with { Node = attempt.Executor, EvidencePosition = attempt.EvidencePosition };
        }
        for (long position = before - 1; position >= 0 && verdict.Role == CommitteeRole.ProofOfTrust; position--)
        {
            LedgerEntry entry = await client.View.ReadAgainAsync(position, cancellation).ConfigureAwait(false);
            PreparedEntry read = PreparedEntry.Prepare(client.Network, entry.Bytes.Span);
            if (read.Body is OfferEntry offer && OfferEntry.CaseId(client.Network, read.Signer, offer.Number) == verdict.CaseId) return fault with { Node = read.Signer, EvidencePosition = position };
        }
        throw new ClientException(ClientError.UnknownFault, "The evidence that the verdict is about is not known to this network now.", "Accusations must come while a Proof of Trust holds, and within 30 days after a task has ended.");
    }

    private static Task<LedgerEntry> ReadAsync(ErrandClient client, long position, CancellationToken cancellation) => position >= 0 && position < client.State.NextPosition
        ? client.View.ReadAgainAsync(position, cancellation)
        : throw Usage($"The ledger has no entry {position}.", $"It has {client.State.NextPosition} entries, counted from 0.");

    private static KeyStore Open(CommandContext context, string? verifier)
    {
        if (verifier is null) return context.OpenKeys();
        DevelopmentFolder folder = context.RequireDevelopmentFolder();
        string keys = Path.Combine(folder.Node(verifier), "keys");
        if (!verifier.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') || !KeyStore.Exists(keys))
            throw Usage($"The development network has no node \"{verifier}\".", "Name one as verifier-1.");
        using Passphrase passphrase = DevelopmentPassphrase.Read(context, folder);
        return KeyStore.Open(keys, passphrase.Characters);
    }

    private static void Print(CommandContext context, ErrandClient client, FaultEntry fault, EntryOutcome outcome)
    {
        FaultCase? opened = client.State.Faults.GetValueOrDefault(outcome.Id.Value);
        if (context.Json) context.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("fault", outcome.Id.ToString());
            json.WriteNumber("position", outcome.Position.Position);
            json.WriteString("charge", fault.Charge.Code());
            json.WriteBoolean("proven", opened is null);
            json.WriteEndObject();
        });
        else context.Line(opened is null ? $"{fault.Charge.Code()} is proven; the accused are banned" : $"fault {outcome.Id} is filed; its committee is drawn with the next epoch");
    }

    private static ClientException Usage(string what, string advice) => new(ClientError.Usage, what, advice);
}
