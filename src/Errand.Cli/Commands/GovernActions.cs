using System.Globalization;
using System.Text;
using System.Text.Json;
using Errand.Attestation;
using Errand.Client;
using Errand.Node;
using Errand.Protocol;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Cli;

/// <summary>What the commands of <c>errand govern</c> do.</summary>
internal static class GovernActions
{
    public static async Task<ExitCode> StatusAsync(CommandContext context, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        if (context.Json) context.WriteJson(json => GovernPrinter.Write(json, client.State));
        else GovernPrinter.Print(context, client.State);
        return ExitCode.Ok;
    }

    public static ExitCode Changes(CommandContext context, string policyFile)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(ReadFile(policyFile));
        // What report data must be is nothing that a network's terms say; any stands in for "given".
        if (!AppraisalPolicyFile.TryParse(bytes, new byte[SnpReport.ReportDataSize], out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults))
            throw new ClientException(ClientError.PolicyFile, $"{policyFile}: {faults[0]}", "Check it against: errand evidence policy --kind sev-snp.");
        GovernanceChange[] changes = [.. policy.SevSnp is { } snp ? OfSnp(snp) : [], .. policy.Tdx is { } tdx ? OfTdx(tdx) : []];
        if (changes.Length == 0)
            throw new ClientException(ClientError.GovernanceFile, $"{policyFile} has no references and no floors of SEV-SNP or TDX.", "A network takes evidence of these alone.");
        context.WriteJson(json =>
        {
            json.WriteStartArray();
            foreach (GovernanceChange change in changes) GovernanceJson.Write(json, change);
            json.WriteEndArray();
        });
        return ExitCode.Ok;
    }

    private static IEnumerable<GovernanceChange> OfSnp(SnpPolicy policy)
    {
        foreach (SnpReference reference in policy.References) yield return new GovernanceChange.AddReference(new ReferenceValue(TeeKind.SevSnp, SnpTuples.Encode(reference)));
        if (policy.Floors.Count > 0)
            yield return new GovernanceChange.SetFloors(TeeKind.SevSnp, [.. policy.Floors.OrderBy(floor => floor.Key).Select(floor => (ReadOnlyMemory<byte>)SnpTuples.Encode(floor.Key, floor.Value))]);
    }

    // What the section says of platforms is the floor. A network always asks for revocation lists, and takes any processor that the ledger does not know yet.
    private static IEnumerable<GovernanceChange> OfTdx(TdxPolicy policy)
    {
        foreach (TdxReference reference in policy.References) yield return new GovernanceChange.AddReference(new ReferenceValue(TeeKind.Tdx, TdxTuples.Encode(reference)));
        IntelPlatformPolicy platform = policy.Platform;
        if (platform.AllowedStatuses.Count == 0) yield break;
        var floor = new TdxFloor(platform.EvaluationDataNumberMin, [.. platform.AllowedStatuses], platform.Advisories is IntelAdvisoryRule.Only only ? [.. only.Advisories] : null);
        byte[] tuple = TdxTuples.Encode(floor);
        if (!TdxTuples.TryDecodeFloor(tuple, out _)) throw new ClientException(ClientError.GovernanceFile, "The TDX section allows platforms that no network takes.", "Leave Revoked and NotSupported out of the allowed statuses.");
        yield return new GovernanceChange.SetFloors(TeeKind.Tdx, [tuple]);
    }

    public static async Task<ExitCode> ProposeAsync(CommandContext context, string changes, long? epoch, long? after, string output, CancellationToken cancellation)
    {
        if (epoch is null == after is null) throw new ClientException(ClientError.Usage, "Name either --epoch or --after.");
        string text = ReadFile(changes);
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        long opens = epoch ?? client.State.Clock.Epoch + Math.Clamp(after!.Value, 0, ProtocolLimits.GovernanceAheadEpochsMax + 1);
        var proposal = GovernanceProposal.Create(client.State, text, opens);
        try
        {
            NetworkPolicy.RequireReadable(client.State.Terms, proposal.Changes);
        }
        catch (ArgumentException unknown)
        {
            throw new ClientException(ClientError.GovernanceFile, $"These changes would stop every verifier: {unknown.Message}", "Make tuples with errand image measure or errand govern changes.", unknown);
        }
        Save(output, proposal);
        return Tell(context, output, proposal);
    }

    public static ExitCode Show(CommandContext context, string file) => Tell(context, file, Load(file));

    public static ExitCode Sign(CommandContext context, string file)
    {
        GovernanceProposal proposal = Load(file);
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        proposal = proposal.Sign(identity.Key);
        Save(file, proposal);
        return Tell(context, file, proposal);
    }

    public static async Task<ExitCode> PublishAsync(CommandContext context, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        GovernanceProposal proposal = files.Select(file => Load(context.Environment.At(file))).Aggregate((first, next) => first.Merge(next));
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        if (client.Network != proposal.Network) throw new ClientException(ClientError.NetworkMismatch, $"The proposal is for network {proposal.Network}, and this is {client.Network}.");
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        GovernEntry entry = proposal.ToEntry(client.State.Governance.Keys);
        int threshold = client.State.Governance.Keys.Threshold;
        if (entry.Approvals.Length < threshold || threshold == 0)
            throw new ClientException(ClientError.EntryRefused, $"The proposal has {entry.Approvals.Length} of {threshold} signatures of keys that govern.", RefusalReason.GovernanceKeys.Sentence());
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        await client.MustPublishAsync(identity.Key, entry, cancellation).ConfigureAwait(false);
        if (context.Json) context.WriteJson(json => GovernPrinter.Write(json, client.State));
        else context.Line(string.Create(CultureInfo.InvariantCulture, $"entry {proposal.Number} is on the ledger; what waits takes effect when epoch {proposal.Epoch} opens (now {client.State.Clock.Epoch})"));
        return ExitCode.Ok;
    }

    private static ExitCode Tell(CommandContext context, string file, GovernanceProposal proposal)
    {
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteString("digest", proposal.Digest.ToString());
                json.WritePropertyName("proposal");
                proposal.WriteTo(json);
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }
        context.Line($"network  {proposal.Network}");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"entry    {proposal.Number}, for epoch {proposal.Epoch}"));
        context.Line($"digest   {proposal.Digest}   (the same for all who sign)");
        foreach (GovernanceChange change in proposal.Changes) context.Line($"change   {GovernPrinter.Words(change)}");
        foreach (GovernanceApproval approval in proposal.Approvals) context.Line($"signed   {approval.Key}");
        if (proposal.Approvals.IsEmpty) context.Line("signed   by nobody yet");
        return ExitCode.Ok;
    }

    private static GovernanceProposal Load(string file) => GovernanceProposal.Read(ReadFile(file));

    private static string ReadFile(string file)
    {
        if (!File.Exists(file)) throw new ClientException(ClientError.FileMissing, $"{file} is not there.");
        if (new FileInfo(file).Length > GovernanceProposal.FileSizeMax) throw new ClientException(ClientError.GovernanceFile, $"{file} is too long.");
        return File.ReadAllText(file);
    }

    // Written beside and moved: a signature that took a journey to get is not lost half way.
    private static void Save(string file, GovernanceProposal proposal)
    {
        string unfinished = file + ".new";
        File.WriteAllText(unfinished, proposal.ToText());
        File.Move(unfinished, file, overwrite: true);
    }
}
