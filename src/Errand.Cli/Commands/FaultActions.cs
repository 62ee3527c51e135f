using System.Globalization;
using System.Text.Json;
using Errand.Client;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Reading faults and bans from the folded state.</summary>
internal static class FaultActions
{
    public static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        NetworkState state = client.State;
        FaultCase[] faults = [.. state.Faults.Values.OrderByDescending(fault => fault.Position)];
        BanState[] keys = Sorted(state.BannedKeys.Values), operators = Sorted(state.BannedOperators.Values);
        AccuserState[] waiting = [.. state.Accusers.Values.Where(accuser => accuser.OpenCase is null).OrderBy(accuser => accuser.Operator)];
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                WriteAll(json, "faults", faults, fault => Write(json, fault));
                WriteAll(json, "bannedEndorsementKeys", keys, ban => Write(json, state, ban));
                WriteAll(json, "bannedOperators", operators, ban => Write(json, state, ban));
                WriteAll(json, "waitingAccusers", waiting, accuser => Write(json, state, accuser));
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }
        if (client.Genesis.Development) context.Line(Flags.Development);
        foreach (FaultCase fault in faults)
            context.Line($"fault {fault.Entry.Value.ToShortString()}  {fault.Charge.Code(),-16}  {Standing(fault),-10}  {fault.Accused.Count} accused: {string.Join(", ", fault.Accused.Select(id => id.Value.ToShortString()))}");
        foreach (BanState ban in keys) context.Line($"banned TPM       {ban.Id.ToShortString()}  until {Until(state, ban.UntilEpoch)}  for {ban.Charge.Code()} of {ban.Node.Value.ToShortString()}");
        foreach (BanState ban in operators) context.Line($"banned operator  {ban.Id.ToShortString()}  until {Until(state, ban.UntilEpoch)}  for {ban.Charge.Code()} of {ban.Node.Value.ToShortString()}");
        foreach (AccuserState accuser in waiting)
            context.Line(string.Create(CultureInfo.InvariantCulture, $"operator {accuser.Operator.Value.ToShortString()}  {accuser.Failures} not upheld, accuses again from {Until(state, accuser.NextEpoch)}"));
        if (faults.Length + keys.Length + operators.Length + waiting.Length == 0) context.Line("No faults, no bans.");
        return ExitCode.Ok;
    }

    public static async Task<ExitCode> ShowAsync(CommandContext context, string id, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        Bytes32 whole = Ids.Resolve(id, client.State.Faults.Keys, ClientError.UnknownFault, "accusation");
        FaultCase fault = client.State.Faults.GetValueOrDefault(whole) ?? throw new ClientException(ClientError.UnknownFault, $"No accusation {id} is known to this network now.");
        if (context.Json)
        {
            context.WriteJson(json => Write(json, fault));
            return ExitCode.Ok;
        }
        context.Line($"fault      {fault.Entry}");
        context.Line($"charge     {fault.Charge.Code()}: {fault.Charge.Sentence()}");
        foreach (PublicKey accused in fault.Accused) context.Line($"accused    {accused}{(client.State.Nodes[accused].IsBanned ? "  banned" : "")}");
        context.Line($"accuser    {fault.Accuser}");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"about      {(fault.Role == CommitteeRole.Task ? "task" : "Proof of Trust")} {fault.CaseId}, attempt {fault.Attempt}: {(fault.Accept ? "accepts" : "rejects")} of evidence at position {fault.EvidencePosition}"));
        context.Line($"standing   {Standing(fault)}");
        if (fault.Current is { } round) context.Line(string.Create(CultureInfo.InvariantCulture, $"round {round.Round}    {round.Accepts} of {round.AcceptsNeeded} uphold, {round.Rejects} of {round.RejectsNeeded} dismiss"));
        return ExitCode.Ok;
    }

    internal static string Standing(FaultCase fault) => fault.Result switch
    {
        BallotResult.Open => fault.Randomness is null ? "waiting" : "judged",
        BallotResult.Accepted => "upheld",
        BallotResult.Rejected => "dismissed",
        _ => throw new InvalidOperationException($"No case is kept as {fault.Result}."),
    };

    internal static void Write(Utf8JsonWriter json, FaultCase fault)
    {
        json.WriteStartObject();
        json.WriteString("fault", fault.Entry.ToString());
        json.WriteNumber("position", fault.Position);
        json.WriteString("charge", fault.Charge.Code());
        json.WriteString("standing", Standing(fault));
        json.WriteString("accuser", fault.Accuser.ToString());
        WriteAll(json, "accused", fault.Accused, accused => json.WriteStringValue(accused.ToString()));
        json.WriteString("case", fault.CaseId.ToString());
        json.WriteNumber("attempt", fault.Attempt);
        json.WriteBoolean("accept", fault.Accept);
        json.WriteString("node", fault.Node.ToString());
        json.WriteNumber("evidencePosition", fault.EvidencePosition);
        json.WriteNumber("upholds", fault.Current?.Accepts ?? 0);
        json.WriteNumber("dismissals", fault.Current?.Rejects ?? 0);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NetworkState state, BanState ban)
    {
        json.WriteStartObject();
        json.WriteString("id", ban.Id.ToString());
        json.WriteNumber("untilEpoch", ban.UntilEpoch);
        json.WriteString("until", Until(state, ban.UntilEpoch));
        json.WriteString("charge", ban.Charge.Code());
        json.WriteString("node", ban.Node.ToString());
        json.WriteNumber("position", ban.Position);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NetworkState state, AccuserState accuser)
    {
        json.WriteStartObject();
        json.WriteString("operator", accuser.Operator.ToString());
        json.WriteNumber("notUpheld", accuser.Failures);
        json.WriteNumber("nextEpoch", accuser.NextEpoch);
        json.WriteString("next", Until(state, accuser.NextEpoch));
        json.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items) write(item);
        json.WriteEndArray();
    }

    private static BanState[] Sorted(IEnumerable<BanState> bans) => [.. bans.OrderBy(ban => ban.UntilEpoch).ThenBy(ban => ban.Id)];

    // Epochs may be long and bans many: what lies beyond the calendar is shown as its end.
    private static string Until(NetworkState state, long epoch)
    {
        Int128 due = state.Genesis.StartMilliseconds + (Int128)epoch * state.Genesis.Times.EpochMilliseconds;
        return Times.Text((long)Int128.Min(due, long.MaxValue));
    }
}
