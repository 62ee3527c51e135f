using System.CommandLine;

namespace Errand.Cli;

/// <summary><c>errand task</c>: submit, watch, list and show tasks.</summary>
internal static class TaskCommands
{
    public static Command Build(CommandRunner runner)
    {
        var task = new CliCommand("task", "Submit tasks and see what becomes of them.");
        task.Add(Submit(runner));

        var watch = new CliCommand("watch", "Follow a task step by step until it ends. Every vote shown has been checked here.", "errand task watch 4f1c9a", "errand task watch 4f1c9a --json");
        Argument<string> watched = Id();
        watch.Add(watched);
        runner.Set(watch, (context, cancellation) => TaskActions.WatchAsync(context, context.Get(watched), cancellation));
        task.Add(watch);

        var list = new CliCommand("list", "List the tasks on the ledger, newest first.", "errand task list --open", "errand task list --json");
        var open = new Option<bool>("--open") { Description = "Only tasks that have not ended." };
        var count = new Option<int>("--count") { Description = "How many at most.", DefaultValueFactory = _ => 50, HelpName = "N" };
        list.Add(open);
        list.Add(count);
        runner.Set(list, (context, cancellation) => TaskActions.ListAsync(context, context.Get(open), context.Get(count), cancellation));
        task.Add(list);

        var show = new CliCommand("show", "Show a task as it stands.", "errand task show 4f1c9a");
        Argument<string> shown = Id();
        show.Add(shown);
        runner.Set(show, (context, cancellation) => TaskActions.ShowAsync(context, context.Get(shown), cancellation));
        task.Add(show);

        var withdraw = new CliCommand("withdraw", "Take back a task of yours, as long as no owner has released a key for it.", "errand task withdraw 4f1c9a");
        Argument<string> withdrawn = Id();
        withdraw.Add(withdrawn);
        runner.Set(withdraw, (context, cancellation) => TaskActions.WithdrawAsync(context, context.Get(withdrawn), cancellation));
        task.Add(withdraw);
        return task;
    }

    private static Argument<string> Id() => new("id") { Description = "The task's id, or its first digits." };

    private static CliCommand Submit(CommandRunner runner)
    {
        var submit = new CliCommand(
            "submit", "Ask for a task: an app on data, with a result for recipients.",
            "errand task submit --app 7d20… --data cohort=91be… --arg --by --arg age --wait",
            "errand task submit --app 7d20… --data a=91be… --data b=02cc… --recipient self --recipient partner.key");
        var options = new SubmitOptions();
        foreach (Option option in options.All) submit.Add(option);
        runner.Set(submit, (context, cancellation) => SubmitAction.RunAsync(context, options, cancellation));
        return submit;
    }
}
