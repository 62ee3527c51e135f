using System.CommandLine;
using System.Text.Json;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand policy</c>: say in plain words what a policy file allows.</summary>
internal static class PolicyCommands
{
    public static Command Build(CommandRunner runner)
    {
        var policy = new CliCommand("policy", "Check owners' policies.");
        var check = new CliCommand("check", "Say what a policy file allows, and what of that is dangerous.", "errand policy check cohort.policy.json");
        var file = new Argument<string>("file") { Description = "The policy file (JSON, comments allowed)." };
        check.Add(file);
        runner.Set(check, context => Check(context, context.Path(file)));
        policy.Add(check);
        return policy;
    }

    private static ExitCode Check(CommandContext context, string file)
    {
        OwnerPolicy policy = OwnerPolicyFile.Load(file);
        PolicyReview review = PolicyReview.Of(policy);
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("digest", policy.Digest().ToString());
                WriteList(json, "allows", review.Allows);
                WriteList(json, "dangers", review.Dangers);
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }
        context.Line($"policy {policy.Digest()}");
        context.Line("It allows:");
        foreach (string sentence in review.Allows) context.Line($"  {sentence}");
        context.Line(review.Dangers.IsEmpty ? "Nothing of that stands out as dangerous." : "Mind:");
        foreach (string sentence in review.Dangers) context.Line($"  {sentence}");
        return ExitCode.Ok;
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> sentences)
    {
        json.WriteStartArray(name);
        foreach (string sentence in sentences) json.WriteStringValue(sentence);
        json.WriteEndArray();
    }
}
