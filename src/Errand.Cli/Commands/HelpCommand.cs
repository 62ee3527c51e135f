using System.CommandLine;

namespace Errand.Cli;

/// <summary><c>errand help</c>: topics that belong to no one command.</summary>
internal static class HelpCommand
{
    public static Command Build(CommandRunner runner)
    {
        var help = new CliCommand("help", "Explain a topic.", "errand help exit-codes");
        var topic = new Argument<string>("topic") { Description = "exit-codes" };
        topic.AcceptOnlyFromAmong("exit-codes");
        help.Add(topic);
        runner.Set(help, context =>
        {
            if (context.Json)
            {
                context.WriteJson(json =>
                {
                    json.WriteStartArray();
                    foreach ((string code, string meaning) in ExitCodes.Table)
                    {
                        json.WriteStartObject();
                        json.WriteString("code", code);
                        json.WriteString("meaning", meaning);
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                });
                return ExitCode.Ok;
            }
            foreach ((string code, string meaning) in ExitCodes.Table) context.Line($"{code,-12} {meaning}");
            return ExitCode.Ok;
        });
        return help;
    }
}
