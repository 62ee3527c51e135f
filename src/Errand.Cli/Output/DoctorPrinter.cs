using Errand.Attestation;
using Errand.Node;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Prints what was found on a machine.</summary>
internal static class DoctorPrinter
{
    private const int NameWidth = 22;

    public static void Print(CommandContext context, MachineReport report, Genesis? genesis)
    {
        if (context.Json) PrintJson(context, report, genesis);
        else PrintText(context, report, genesis);
    }

    private static void PrintText(CommandContext context, MachineReport report, Genesis? genesis)
    {
        context.Line("This machine");
        foreach (MachineFinding finding in report.Findings) Line(context, Word(finding.Outcome), finding.Name, finding.What, finding.Remedy);
        context.Line();
        if (genesis is null)
        {
            context.Line(report.IsFit ? "It can prove itself. What a network says: errand node doctor --network GENESIS" : "It cannot prove itself as it is.");
            return;
        }
        if (genesis.Development) context.Line(Flags.Development);
        context.Line($"A verifier of network {genesis.NetworkId()} would say");
        if (report.Verdict is not { } verdict)
        {
            context.Line("  nothing: there is no evidence to look at. Mend what is marked FAULT above.");
            return;
        }
        foreach (AttestationCheck check in verdict.Checks)
            Line(context, check.Outcome switch { CheckOutcome.Passed => "pass", CheckOutcome.Failed => "REJECT", _ => "skip" }, check.Name, check.Outcome == CheckOutcome.Failed ? $"expected {check.Expected}; is {check.Actual}" : check.Actual, check.Explanation);
        context.Line();
        context.Line(verdict.Accepted ? "Accepted, up to the challenge over the network." : $"Rejected: reject/{verdict.Reason.ToCode()}.");
    }

    private static void Line(CommandContext context, string word, string name, string what, string remedy)
    {
        context.Line($"  {word,-7}{name.PadRight(NameWidth)} {what}");
        if (remedy.Length > 0) context.Line($"  {"",-7}{"".PadRight(NameWidth)} {remedy}");
    }

    private static string Word(FindingOutcome outcome) => outcome switch
    {
        FindingOutcome.Good => "good",
        FindingOutcome.Absent => "absent",
        FindingOutcome.Fault => "FAULT",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private static void PrintJson(CommandContext context, MachineReport report, Genesis? genesis) => context.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("fit", report.IsFit);
        json.WriteStartArray("findings");
        foreach (MachineFinding finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("name", finding.Name);
            json.WriteString("outcome", Word(finding.Outcome).ToLowerInvariant());
            json.WriteString("what", finding.What);
            json.WriteString("remedy", finding.Remedy);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (genesis is not null)
        {
            json.WriteString("network", genesis.NetworkId().ToString());
            json.WriteBoolean("development", genesis.Development);
        }
        if (report.Verdict is { } verdict)
        {
            json.WriteBoolean("accepted", verdict.Accepted);
            json.WriteStartArray("checks");
            foreach (AttestationCheck check in verdict.Checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("outcome", check.Outcome.ToString().ToLowerInvariant());
                json.WriteString("reason", check.Reason.ToCode());
                json.WriteString("expected", check.Expected);
                json.WriteString("actual", check.Actual);
                json.WriteString("explanation", check.Explanation);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    });
}
