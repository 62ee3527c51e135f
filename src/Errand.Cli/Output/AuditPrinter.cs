using System.Globalization;
using System.Text.Json;
using Errand.Client;

namespace Errand.Cli;

/// <summary>Prints audit reports: flags first, then the level, then what is shown and what is not.</summary>
internal static class AuditPrinter
{
    private const int FlaggedBase = (int)ExitCode.AuditFlagged, UnflaggedBase = (int)ExitCode.Verification;

    /// <summary>0 for level 3 without flags, 6 and 7 for levels 1 and 2, 10 + level with flags, 5 when it does not hold.</summary>
    public static ExitCode ExitOf(AuditReport report) => report switch
    {
        { Level: 0 } => ExitCode.Verification,
        { Flags.IsEmpty: false } => (ExitCode)(FlaggedBase + report.Level),
        { Level: 3 } => ExitCode.Ok,
        _ => (ExitCode)(UnflaggedBase + report.Level),
    };

    public static void Print(CommandContext context, AuditReport report) // R-6.13.3
    {
        if (context.Json)
        {
            context.WriteJson(json => Write(json, report));
            return;
        }
        foreach (AuditFlag flag in report.Flags) context.Line($"FLAG {Code(flag)}: {Sentence(flag)}");
        context.Line($"{report.Code.Code()}: {report.Code.Sentence()}{(report.Detail.Length > 0 ? $" ({report.Detail})" : "")}");
        if (report.Network is { } network) context.Line($"network   {network}");
        if (report.Task is { } task) context.Line($"task      {task}");
        if (report.Executor is { } executor) context.Line($"executor  {executor}");
        if (report.Receipt is { } receipt) context.Line(string.Create(CultureInfo.InvariantCulture, $"receipt   run {TaskWords.Code(receipt.Outcome)}, attempt {receipt.Attempt}, result {receipt.Result}"));
        if (report.AppraisedMilliseconds > 0) context.Line($"appraised as at {Times.Text(report.AppraisedMilliseconds)} [audit/appraised-at]");
        PrintList(context, "It shows:", report.Shown);
        PrintList(context, "It does not show:", report.NotShown);
    }

    private static void PrintList(CommandContext context, string title, IReadOnlyList<string> sentences)
    {
        if (sentences.Count == 0) return;
        context.Line(title);
        foreach (string sentence in sentences) context.Line($"  - {sentence}");
    }

    private static void Write(Utf8JsonWriter json, AuditReport report)
    {
        json.WriteStartObject();
        json.WriteStartArray("flags");
        foreach (AuditFlag flag in report.Flags) json.WriteStringValue(Code(flag));
        json.WriteEndArray();
        json.WriteString("code", report.Code.Code());
        json.WriteNumber("level", report.Level);
        if (report.Detail.Length > 0) json.WriteString("detail", report.Detail);
        if (report.Network is { } network) json.WriteString("network", network.ToString());
        if (report.Task is { } task) json.WriteString("task", task.ToString());
        if (report.Executor is { } executor) json.WriteString("executor", executor.ToString());
        if (report.Receipt is { } receipt)
        {
            json.WriteString("run", TaskWords.Code(receipt.Outcome));
            json.WriteNumber("attempt", receipt.Attempt);
            json.WriteString("result", receipt.Result.ToString());
        }
        if (report.AppraisedMilliseconds > 0) json.WriteNumber("appraisedMilliseconds", report.AppraisedMilliseconds);
        WriteList(json, "shows", report.Shown);
        WriteList(json, "doesNotShow", report.NotShown);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> sentences)
    {
        json.WriteStartArray(name);
        foreach (string sentence in sentences) json.WriteStringValue(sentence);
        json.WriteEndArray();
    }

    private static string Code(AuditFlag flag) => flag switch
    {
        AuditFlag.Development => "development",
        AuditFlag.WeakBeacon => "weak-beacon",
        AuditFlag.Rescue => "rescue",
        AuditFlag.RevokedSince => "revoked-since",
        _ => throw new InvalidOperationException($"Unexpected flag {flag}."),
    };

    private static string Sentence(AuditFlag flag) => flag switch
    {
        AuditFlag.Development => "a development network; its evidence ends at development roots and protects nothing.",
        AuditFlag.WeakBeacon => "no verifier gave a ticket for the beacon value of this task's draw; the draw rests on the owners' parts alone.",
        AuditFlag.Rescue => "governance had requalified verifiers without a Proof of Trust; some of them may have judged the evidence or the executor's machine.",
        AuditFlag.RevokedSince => "the vendor has revoked a certificate of the device; below is which, and since when.",
        _ => throw new InvalidOperationException($"Unexpected flag {flag}."),
    };
}
