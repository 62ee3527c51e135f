using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Errand.Client;
using Errand.Protocol;

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
        var shape = new CliCommand("shape", "Say in plain words what a shape file lets leave. The same JSON stands in a data policy as \"shape\"; requesters name the file when they submit.", "errand policy shape counts.shape.json");
        var shapeFile = new Argument<string>("file") { Description = "The shape file (JSON, comments allowed)." };
        shape.Add(shapeFile);
        runner.Set(shape, context => Shape(context, context.Path(shapeFile)));
        policy.Add(shape);
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

    private static ExitCode Shape(CommandContext context, string file)
    {
        OutputShape shape = OutputShapeFile.Load(file);
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("shape", Convert.ToHexStringLower(shape.Encoded.Span));
                WriteList(json, "allows", ShapeReview.Of(shape));
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }
        context.Line(string.Create(CultureInfo.InvariantCulture, $"shape of {shape.Encoded.Length:N0} bytes"));
        foreach (string sentence in ShapeReview.Of(shape)) context.Line($"  {sentence}");
        return ExitCode.Ok;
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> sentences)
    {
        json.WriteStartArray(name);
        foreach (string sentence in sentences) json.WriteStringValue(sentence);
        json.WriteEndArray();
    }
}
