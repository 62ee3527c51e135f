using System.Globalization;
using System.Text.Json;
using Errand.Client;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Prints a task's events as they come: a line each, with the time since the one before; or a JSON object a line.</summary>
internal sealed class TaskPrinter(CommandContext context, Genesis genesis)
{
    private readonly List<(string Phase, int Attempt, long At)> _phases = [];
    private long _last = -1;

    public void Begin()
    {
        if (genesis.Development && !context.Json) context.Line(Flags.Development);
    }

    public void Print(TaskEvent happened)
    {
        if (happened.Kind is TaskEventKind.Phase or TaskEventKind.Ended) _phases.Add((TaskWords.Code(happened.Phase), happened.Attempt, happened.AtMilliseconds));
        if (context.Json)
        {
            context.WriteJsonLine(json => Write(json, happened));
            return;
        }
        string since = _last < 0 ? "" : "+" + Times.Span(Math.Max(0, happened.AtMilliseconds - _last));
        _last = happened.AtMilliseconds;
        string line = $"{Times.Text(happened.AtMilliseconds)} {since,12}  {Sentence(happened)}";
        context.Line(context.Environment.Colours ? Paint(happened, line) : line);
        context.Output.Flush();
    }

    /// <summary>Prints how long each phase took.</summary>
    public void End()
    {
        if (context.Json || _phases.Count < 2) return;
        context.Line("Time in each step:");
        for (int i = 0; i + 1 < _phases.Count; i++)
        {
            string attempt = _phases[i].Attempt > 0 ? string.Create(CultureInfo.InvariantCulture, $" (attempt {_phases[i].Attempt})") : "";
            context.Line($"  {_phases[i].Phase + attempt,-24} {Times.Span(_phases[i + 1].At - _phases[i].At),12}");
        }
        context.Line($"  {"altogether",-24} {Times.Span(_phases[^1].At - _phases[0].At),12}");
    }

    private static string Sentence(TaskEvent happened) => happened.Kind switch
    {
        TaskEventKind.Phase when happened.Phase == TaskPhase.Attesting => Invariant($"drawn: executor {Short(happened.Who)} for attempt {happened.Attempt}; {TaskWords.Phase(happened.Phase)}"),
        TaskEventKind.Phase => TaskWords.Phase(happened.Phase),
        TaskEventKind.Accepted => $"accepted: owner {Short(happened.Who)} for {Short(happened.Asset)}",
        TaskEventKind.Denied => $"denied: owner {Short(happened.Who)} for {Short(happened.Asset)}, deny/{happened.Deny!.Value.Code()}. {happened.Deny.Value.Sentence()}",
        TaskEventKind.Claimed => $"claimed: executor {Short(happened.Who)} of operator {Short(happened.Operator)}",
        TaskEventKind.Evidence => Invariant($"evidence of attempt {happened.Attempt} is in"),
        TaskEventKind.Round => Invariant($"round {happened.Round}: {happened.AcceptsNeeded} accepts approve, {happened.RejectsNeeded} rejects reject"),
        TaskEventKind.Verdict => Invariant($"vote: verifier {Short(happened.Who)} of operator {Short(happened.Operator)} {Vote(happened)}; {happened.Accepts}/{happened.AcceptsNeeded} accepts, {happened.Rejects}/{happened.RejectsNeeded} rejects (proof and seat checked)"),
        TaskEventKind.Released => $"released: owner {Short(happened.Who)} for {Short(happened.Asset)}",
        TaskEventKind.Receipt => $"receipt: the run ended {(happened.Run is { } run ? TaskWords.Code(run) : "unreadably")}",
        TaskEventKind.AttemptFailed => Invariant($"attempt {happened.Attempt} failed: {happened.Reason.Code()}. {happened.Reason.Sentence()}"),
        TaskEventKind.Ended => $"{TaskWords.Ending(happened.Outcome, happened.Reason)}{(happened.Reason == TaskReason.None ? "" : ". " + happened.Reason.Sentence())}",
        _ => throw new InvalidOperationException($"Unexpected event {happened.Kind}."),
    };

    private static string Vote(TaskEvent happened) => happened.Accept == true
        ? "accepts"
        : $"rejects ({string.Join(", ", happened.VerdictReasons.Select(VerdictReasons.Code))})";

    private static string Paint(TaskEvent happened, string line)
    {
        string colour = happened switch
        {
            { Kind: TaskEventKind.Denied or TaskEventKind.AttemptFailed } => "31",
            { Kind: TaskEventKind.Verdict, Accept: false } => "33",
            { Kind: TaskEventKind.Ended, Outcome: TaskOutcome.Completed } => "32",
            { Kind: TaskEventKind.Ended } => "31",
            { Kind: TaskEventKind.Phase } => "1",
            _ => "0",
        };
        return $"\u001b[{colour}m{line}\u001b[0m";
    }

    private static void Write(Utf8JsonWriter json, TaskEvent happened)
    {
        json.WriteStartObject();
        json.WriteString("event", JsonNamingPolicy.KebabCaseLower.ConvertName(happened.Kind.ToString()));
        json.WriteNumber("atMilliseconds", happened.AtMilliseconds);
        json.WriteNumber("position", happened.Position);
        json.WriteString("phase", TaskWords.Code(happened.Phase));
        if (happened.Attempt > 0) json.WriteNumber("attempt", happened.Attempt);
        if (happened.Who is { } who) json.WriteString("who", who.ToString());
        if (happened.Operator is { } by) json.WriteString("operator", by.ToString());
        if (happened.Asset is { } asset) json.WriteString("asset", asset.ToString());
        if (happened.Accept is { } accept) json.WriteBoolean("accept", accept);
        if (!happened.VerdictReasons.IsEmpty)
        {
            json.WriteStartArray("reasons");
            foreach (ulong reason in happened.VerdictReasons) json.WriteStringValue(VerdictReasons.Code(reason));
            json.WriteEndArray();
        }
        if (happened.Round > 0)
        {
            json.WriteNumber("round", happened.Round);
            json.WriteNumber("accepts", happened.Accepts);
            json.WriteNumber("acceptsNeeded", happened.AcceptsNeeded);
            json.WriteNumber("rejects", happened.Rejects);
            json.WriteNumber("rejectsNeeded", happened.RejectsNeeded);
        }
        if (happened.Deny is { } deny) json.WriteString("reason", $"deny/{deny.Code()}");
        if (happened.Run is { } run) json.WriteString("run", TaskWords.Code(run));
        if (happened.Kind == TaskEventKind.AttemptFailed) json.WriteString("reason", happened.Reason.Code());
        if (happened.Kind == TaskEventKind.Ended) json.WriteString("outcome", TaskWords.Ending(happened.Outcome, happened.Reason));
        json.WriteEndObject();
    }

    private static string Short(PublicKey? key) => key is { } known ? known.Value.ToShortString() : "?";

    private static string Short(AssetId? id) => id is { } known ? known.Value.ToShortString() : "?";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
