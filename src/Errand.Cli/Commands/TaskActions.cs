using System.Globalization;
using System.Text.Json;
using Errand.Client;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>What <c>errand task</c> does.</summary>
internal static class TaskActions
{
    public static async Task<ExitCode> WatchAsync(CommandContext context, string id, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        TaskId task;
        if (Bytes32.TryParseHex(id, out Bytes32 whole))
        {
            task = new TaskId(whole);
        }
        else
        {
            await client.SyncAsync(cancellation).ConfigureAwait(false);
            task = Resolve(client, id);
        }
        return await WatchAsync(context, client, task, cancellation).ConfigureAwait(false);
    }

    public static async Task<ExitCode> WatchAsync(CommandContext context, ErrandClient client, TaskId task, CancellationToken cancellation)
    {
        var printer = new TaskPrinter(context, client.Genesis);
        TaskOutcome outcome = TaskOutcome.None;
        OutcomeCode run = OutcomeCode.Ok;
        printer.Begin();
        await foreach (TaskEvent happened in client.WatchAsync(task, cancellation).ConfigureAwait(false))
        {
            printer.Print(happened);
            if (happened.Kind == TaskEventKind.Ended) outcome = happened.Outcome;
            run = happened.Run ?? run;
        }
        printer.End();
        return outcome == TaskOutcome.Completed && run != OutcomeCode.Ok ? ExitCode.Failed : ExitOf(outcome);
    }

    public static async Task<ExitCode> ListAsync(CommandContext context, bool open, int count, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        TaskState[] tasks = [.. client.State.Tasks.Values.Where(task => !open || task.Phase != TaskPhase.Ended).OrderByDescending(task => task.Position).Take(Math.Max(0, count))];
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartArray();
                foreach (TaskState task in tasks) WriteSummary(json, task);
                json.WriteEndArray();
            });
            return ExitCode.Ok;
        }
        foreach (TaskState task in tasks)
            context.Line($"{task.Id.Value.ToShortString()}  {Times.Text(task.Steps[0].AtMilliseconds)}  {Standing(task)}");
        if (tasks.Length == 0) context.Line("No tasks.");
        return ExitCode.Ok;
    }

    public static async Task<ExitCode> ShowAsync(CommandContext context, string id, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        TaskState task = client.State.Tasks.TryGetValue(Resolve(client, id), out TaskState? found) ? found : throw new ClientException(ClientError.UnknownTask, $"No task {id} is on this ledger.");
        if (context.Json)
        {
            context.WriteJson(json => WriteSummary(json, task));
            return ExitCode.Ok;
        }
        context.Line($"task       {task.Id}");
        context.Line($"requester  {task.Requester}");
        context.Line($"app        {task.Submit.App}");
        foreach (TaskData data in task.Submit.Data) context.Line($"data       {data.Asset}  as /data/{data.Name}");
        context.Line($"standing   {Standing(task)}");
        if (task.Reason != TaskReason.None) context.Line($"           {task.Reason.Sentence()}");
        foreach (TaskStep step in task.Steps)
            context.Line(string.Create(CultureInfo.InvariantCulture, $"  {Times.Text(step.AtMilliseconds)}  {TaskWords.Phase(step.Phase)}{(step.Attempt > 0 ? $", attempt {step.Attempt}" : "")}"));
        return ExitCode.Ok;
    }

    public static async Task<ExitCode> WithdrawAsync(CommandContext context, string id, CancellationToken cancellation)
    {
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        TaskId task = Resolve(client, id);
        await client.MustPublishAsync(identity.Key, new WithdrawEntry { Task = task }, cancellation).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("task", task.ToString());
                json.WriteString("outcome", TaskWords.Ending(TaskOutcome.Withdrawn, TaskReason.Withdrawn));
                json.WriteEndObject();
            });
        }
        else
        {
            context.Line($"task {task} is withdrawn");
        }
        return ExitCode.Ok;
    }

    internal static TaskId Resolve(ErrandClient client, string id) =>
        new(Ids.Resolve(id, client.State.Tasks.Keys.Select(task => task.Value), ClientError.UnknownTask, "task"));

    internal static ExitCode ExitOf(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Completed => ExitCode.Ok,
        TaskOutcome.Denied => ExitCode.Refused,
        TaskOutcome.None or TaskOutcome.Failed or TaskOutcome.Expired or TaskOutcome.Withdrawn => ExitCode.Failed,
        _ => throw new InvalidOperationException($"Unexpected outcome {outcome}."),
    };

    private static string Standing(TaskState task) => task.Phase == TaskPhase.Ended
        ? TaskWords.Ending(task.Outcome, task.Reason)
        : TaskWords.Phase(task.Phase) + (task.Attempt is { } attempt ? string.Create(CultureInfo.InvariantCulture, $", attempt {attempt.Number}") : "");

    private static void WriteSummary(Utf8JsonWriter json, TaskState task)
    {
        json.WriteStartObject();
        json.WriteString("task", task.Id.ToString());
        json.WriteString("requester", task.Requester.ToString());
        json.WriteString("app", task.Submit.App.ToString());
        json.WriteStartObject("data");
        foreach (TaskData data in task.Submit.Data) json.WriteString(data.Name, data.Asset.ToString());
        json.WriteEndObject();
        json.WriteString("phase", TaskWords.Code(task.Phase));
        json.WriteString("outcome", task.Phase == TaskPhase.Ended ? TaskWords.Ending(task.Outcome, task.Reason) : null);
        json.WriteNumber("position", task.Position);
        json.WriteNumber("attempts", task.Attempts.Count);
        json.WriteBoolean("weakBeacon", task.WeakBeacon);
        json.WriteBoolean("rescue", task.Rescue);
        json.WriteStartArray("steps");
        foreach (TaskStep step in task.Steps)
        {
            json.WriteStartObject();
            json.WriteString("phase", TaskWords.Code(step.Phase));
            json.WriteNumber("attempt", step.Attempt);
            json.WriteNumber("atMilliseconds", step.AtMilliseconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
