using Errand.Attestation;

namespace Errand.Cli;

/// <summary>Prints explained results for people.</summary>
internal static class EvidencePrinter
{
    private const int NameWidth = 24;

    public static void Print(CommandContext context, ExplainedResult result, IEnumerable<string> notes)
    {
        context.Line($"{result.Verdict.ToString().ToUpperInvariant()}  {result.Kind} at {result.AppraisedAt:u}{(result.Reason == "none" ? "" : $"  [{result.Reason}]")}");
        context.Line(Printable.Of(result.Sentence));
        foreach (string note in notes) context.Line($"note: {Printable.Of(note)}");
        context.Line();
        Print(context, "Authenticity", result.Authenticity);
        if (result.Appraisal is { } appraisal) Print(context, "Appraisal", appraisal);
        foreach (ExplainedFile file in result.Files.Where(file => !file.Used)) context.Line($"not used: {file.Name} ({file.Role}): it does not fit this evidence, or nothing asked for it.");
        if (result.WillFailAt is { } end) context.Line(Printable.Of(end.Sentence));
        if (result.Claims.Count == 0) return;
        context.Line();
        context.Line(result.Verdict == Verdict.Unsigned ? "It says, signed by nobody:" : "It says:");
        Print(context, result.Claims);
    }

    public static void Print(CommandContext context, IEnumerable<KeyValuePair<string, string>> claims)
    {
        foreach ((string name, string value) in claims) context.Line($"  {name,-NameWidth} {Printable.Of(value)}");
    }

    private static void Print(CommandContext context, string title, ExplainedStep step)
    {
        context.Line($"{title}: {Word(step.Outcome)}");
        foreach (ExplainedCheck check in step.Checks)
        {
            string text = check.Outcome == CheckOutcome.Passed ? check.Actual : check.Outcome == CheckOutcome.NotChecked ? check.Sentence : $"[{check.Reason}] {check.Sentence}";
            context.Line($"  {Mark(check.Outcome)}  {check.Name,-NameWidth} {Printable.Of(text)}");
        }
    }

    private static string Word(CheckOutcome outcome) => outcome switch { CheckOutcome.Passed => "holds", CheckOutcome.Failed => "fails", _ => "not checked" };

    private static string Mark(CheckOutcome outcome) => outcome switch { CheckOutcome.Passed => "ok  ", CheckOutcome.Failed => "FAIL", _ => "-   " };
}
